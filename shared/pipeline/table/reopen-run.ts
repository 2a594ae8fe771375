import type { RunId } from '../messages.ts';
import type { RunStore } from './run-store.ts';

/**
 * Says that a run which had been given up is under way again, as its execution is after a redrive: the sweeper looks
 * after it once more, and the run itself publishes what becomes of its weeks.
 */
export async function reopenRun(store: RunStore, runId: RunId): Promise<void> {
  await store.updateRun(runId, (now) => {
    if (now?.status !== 'FAILED') return undefined;
    const { failure: _mended, endedAt: _goesOn, ...kept } = now;
    return { ...kept, status: 'RUNNING', unfinishedKey: 'UNFINISHED' };
  });
}
