/** Records what the state machine caught, where nobody else could: a time-out, an unreachable queue, a dead Configurator. */
import { LogEvent } from '../../shared/pipeline/log-events.ts';
import * as z from '../../shared/pipeline/schema.ts';
import { FAILURE_NAMES, failureText, type Failure } from '../../shared/pipeline/errors.ts';
import { failRun, failWeek, FIRST_ATTEMPT } from '../../shared/pipeline/table/fail-week.ts';
import { addRun } from '../../shared/pipeline/table/new-run.ts';
import { parseRunRequest, type RunSettings } from '../../shared/pipeline/settings.ts';
import { menuWeekSchema, runIdSchema } from '../../shared/pipeline/messages.ts';
import type { PipelineDeps } from '../../shared/pipeline/deps.ts';
import { STAGES } from '../../shared/pipeline/stages.ts';

export type FailureRecorderDeps = Pick<PipelineDeps, 'store' | 'clock' | 'log'> & {
  /** What a run that never began is recorded as made by. */
  readonly codeVersion: string;
};

const text = z.nullish(z.string());

const eventSchema = z.object({
  runId: runIdSchema,
  /** Absent: the Configurator or a publication failed, and with it the run; or only the correction that it was for. */
  week: z.nullish(menuWeekSchema),
  correction: z.optional(z.unknown()),
  /** Of the stage that was asked for, as executions of version 0.1.0 say it; else the table knows. */
  attempt: z.nullish(z.int()),
  /** Of a run whose Configurator failed: when its execution started, and what it was asked for. */
  startedAt: z.optional(z.string()),
  asked: z.optional(z.unknown()),
  /** What the state machine caught. A task that timed out has no cause, and one failed by hand may have neither. */
  failure: z.object({ Error: text, Cause: text }),
});
type FailureEvent = z.output<typeof eventSchema>;

const MEANINGS: Readonly<Partial<Record<string, string>>> = {
  'States.Timeout': 'no answer came in time',
  'States.HeartbeatTimeout': 'no sign of life came in time',
};

/** Safe to repeat. */
export async function recordFailure(deps: FailureRecorderDeps, event: unknown): Promise<void> {
  const parsed = eventSchema.parse(event);
  const { runId, week } = parsed;
  const failure = failureOf(parsed.failure);
  deps.log.warn(LogEvent.FailureRecorded, { runId, week, ...failure });
  if (week) {
    await failWeek(deps, runId, week, failure, parsed.attempt ?? (await attemptOf(deps, parsed)));
    return;
  }
  // A correction is an execution of its own: the run's may still be at its weeks.
  if (parsed.correction !== undefined) return;
  if (parsed.startedAt !== undefined) await addUnstartedRun(deps, parsed, parsed.startedAt);
  await failRun(deps, runId, failure);
}

/** A run whose Configurator failed before it recorded it, or nobody would hear of it but who looks for executions. */
async function addUnstartedRun(deps: FailureRecorderDeps, event: FailureEvent, startedAt: string): Promise<void> {
  const settings = settingsOf(event.asked);
  const { input = '' } = settings;
  const { codeVersion } = deps;
  await addRun(deps.store, { runId: event.runId, settings, input, weeks: [], startedAt, codeVersion });
}

/** As they were asked for; the defaults, where those were refused. */
function settingsOf(asked: unknown): RunSettings {
  try {
    return parseRunRequest(asked);
  } catch {
    return parseRunRequest({});
  }
}

/** The attempt that the state machine was at: the newest that any stage has committed, whoever asked for it. */
async function attemptOf({ store }: FailureRecorderDeps, { runId, week }: FailureEvent): Promise<number> {
  if (!week) return FIRST_ATTEMPT;
  const rows = await Promise.all(STAGES.map((stage) => store.stage(runId, week, stage)));
  return Math.max(FIRST_ATTEMPT, ...rows.map((row) => row?.committed?.attempt ?? 0));
}

function failureOf({ Error: error, Cause: cause }: FailureEvent['failure']): Failure {
  const name = error ? error : FAILURE_NAMES.unknown;
  const message = messageOf(cause) ?? MEANINGS[name] ?? 'the state machine gave no cause';
  return { error: name, message: failureText(message) };
}

/** A Lambda's cause is JSON around the error's message; a worker's is the message itself. */
function messageOf(cause: string | null | undefined): string | undefined {
  if (!cause) return undefined;
  try {
    const parsed: unknown = JSON.parse(cause);
    const message: unknown = parsed && typeof parsed === 'object' && 'errorMessage' in parsed && parsed.errorMessage;
    if (typeof message === 'string' && message !== '') return message;
  } catch {
    // Plain text, then.
  }
  return cause;
}
