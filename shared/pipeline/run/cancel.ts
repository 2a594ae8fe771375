/** Cancelling a run: its messages are refused from then on, and it publishes nothing. */
import { FAILURE_NAMES, type Failure } from '../errors.ts';
import { failWeek } from '../table/fail-week.ts';
import type { RunId } from '../messages.ts';
import type { PipelineDeps } from '../deps.ts';
import type { Executions } from '../ports.ts';
import type { RunRecord } from '../table/records.ts';

type CancelDeps = Pick<PipelineDeps, 'store' | 'clock'> & { readonly executions: Pick<Executions, 'stop'> };

/**
 * Marks the run CANCELLED, then stops its execution, then ends the weeks that were under way. The mark decides:
 * a run that has published or failed before stays as it is. Safe to repeat.
 *
 * @param by who asked
 * @returns the run as it stands; undefined where there is none
 */
export async function cancelRun(deps: CancelDeps, runId: RunId, by: string): Promise<RunRecord | undefined> {
  const endedAt = new Date(deps.clock.now()).toISOString();
  const failure: Failure = { error: FAILURE_NAMES.runCancelled, message: `cancelled by ${by}` };
  const run = await deps.store.updateRun(runId, (now) => {
    if (now?.status !== 'RUNNING') return undefined;
    const { unfinishedKey: _ended, ...kept } = now;
    return { ...kept, status: 'CANCELLED', endedAt, failure };
  });
  if (run?.status !== 'CANCELLED') return run;
  await deps.executions.stop(runId, `cancelled by ${by}`);
  for (const week of run.weeks) await failWeek(deps, runId, week, run.failure ?? failure, Number.MAX_SAFE_INTEGER);
  return run;
}
