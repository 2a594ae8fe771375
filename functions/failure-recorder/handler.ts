import { LogEvent } from '../../shared/pipeline/log-events.ts';
import * as z from '../../shared/pipeline/schema.ts';
import type { Failure } from '../../shared/pipeline/errors.ts';
import { failRun, failWeek, FIRST_ATTEMPT } from '../../shared/pipeline/table/fail-week.ts';
import { menuWeekSchema, runIdSchema } from '../../shared/pipeline/messages.ts';
import type { PipelineDeps } from '../../shared/pipeline/deps.ts';

type FailureRecorderDeps = Pick<PipelineDeps, 'store' | 'clock' | 'log'>;

const eventSchema = z.object({
  runId: runIdSchema,
  /** Absent: a publication failed, and with it the run; or only the correction that it was for. */
  week: z.optional(menuWeekSchema),
  correction: z.optional(z.unknown()),
  /** Of the stage that was asked for; absent: the run's own pass. */
  attempt: z.optional(z.int()),
  /** What the state machine caught. A task that timed out has no cause. */
  failure: z.object({ Error: z.string(), Cause: z.optional(z.string()) }),
});

const MEANINGS: Readonly<Partial<Record<string, string>>> = {
  'States.Timeout': 'no answer came in time',
  'States.HeartbeatTimeout': 'no sign of life came in time',
};

/** Records what the state machine caught, where no worker could: a time-out, an unreachable queue. */
export async function recordFailure(deps: FailureRecorderDeps, event: unknown): Promise<void> {
  const { runId, week, attempt, correction, failure: caught } = eventSchema.parse(event);
  const failure: Failure = {
    error: caught.Error,
    message: messageOf(caught.Cause) ?? MEANINGS[caught.Error] ?? 'the state machine gave no cause',
  };
  deps.log.warn(LogEvent.FailureRecorded, { runId, week, ...failure });
  if (week === undefined) {
    // A correction is an execution of its own: the run's may still be at its weeks.
    if (correction === undefined) await failRun(deps, runId, failure);
  } else await failWeek(deps, runId, week, failure, attempt ?? FIRST_ATTEMPT);
}

/** A Lambda's cause is JSON around the error's message; a worker's is the message itself. */
function messageOf(cause: string | undefined): string | undefined {
  if (cause === undefined || cause === '') return undefined;
  try {
    const parsed: unknown = JSON.parse(cause);
    if (parsed && typeof parsed === 'object' && 'errorMessage' in parsed) return String(parsed.errorMessage);
  } catch {
    // Plain text, then.
  }
  return cause;
}
