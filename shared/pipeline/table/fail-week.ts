/** Failures that no worker could record: a task that timed out, a message that nobody could handle. */
import pLimit from 'p-limit';
import type { MenuWeek } from '../../domain/model.ts';
import type { Failure } from '../errors.ts';
import type { RunId } from '../messages.ts';
import type { PipelineDeps } from '../deps.ts';

type FailDeps = Pick<PipelineDeps, 'store' | 'clock'>;

/** Marks the week FAILED, unless it has ended already, or a later attempt than `attempt` is under way. */
export async function failWeek(
  deps: FailDeps,
  runId: RunId,
  week: MenuWeek,
  failure: Failure,
  attempt: number,
): Promise<void> {
  const updatedAt = new Date(deps.clock.now()).toISOString();
  await deps.store.updateWeek(runId, week, (now) => {
    if (!now || now.status === 'COMPLETE' || now.status === 'FAILED' || now.attempt > attempt) return undefined;
    return { ...now, status: 'FAILED', failure, updatedAt };
  });
}

/** The run's own pass; a replay settles its own failures. */
export const FIRST_ATTEMPT = 1;
/** Week rows written side by side. */
const MAX_WRITES = 25;

/** Marks the run FAILED with its reason, unless it has ended already, and those of its weeks that have not ended. */
export async function failRun(deps: FailDeps, runId: RunId, failure: Failure): Promise<void> {
  const run = await deps.store.run(runId);
  if (run?.status !== 'RUNNING') return;
  const endedAt = new Date(deps.clock.now()).toISOString();
  await pLimit(MAX_WRITES).map(run.weeks, async (week) => {
    // The Configurator may have died between the run's record and its weeks': nobody else would write them.
    const missing = { runId, week, status: 'FAILED', attempt: FIRST_ATTEMPT, updatedAt: endedAt, failure } as const;
    await deps.store.addWeek(missing);
    await failWeek(deps, runId, week, failure, FIRST_ATTEMPT);
  });
  await deps.store.updateRun(runId, (now) => {
    if (now?.status !== 'RUNNING') return undefined;
    const { unfinishedKey: _ended, ...kept } = now;
    return { ...kept, status: 'FAILED', failure, endedAt };
  });
}
