/** Failures that no worker could record: a task that timed out, a message that nobody could handle. */
import type { MenuWeek } from '../domain/model';
import type { Failure } from './errors';
import type { RunId } from './messages';
import type { Clock } from './ports';
import type { RunStore } from './run-store';

interface FailDeps {
  readonly store: RunStore;
  readonly clock: Clock;
}

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
    if (!now || now.status === 'COMPLETE' || now.status === 'FAILED' || now.attempt > attempt)
      return undefined;
    return { ...now, status: 'FAILED', failure, updatedAt };
  });
}

/** Marks the run FAILED with its reason, unless it has ended already. */
export async function failRun(deps: FailDeps, runId: RunId, failure: Failure): Promise<void> {
  const endedAt = new Date(deps.clock.now()).toISOString();
  await deps.store.updateRun(runId, (now) => {
    if (now?.status !== 'RUNNING') return undefined;
    const { unfinishedKey: _ended, ...kept } = now;
    return { ...kept, status: 'FAILED', failure, endedAt };
  });
}
