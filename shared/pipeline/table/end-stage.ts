import type { Failure } from '../errors.ts';
import type { PipelineDeps } from '../deps.ts';
import type { StageRecord } from './records.ts';

/** Fails a stage that nobody works on any more, unless somebody has claimed it since. Safe to repeat. */
export async function endStage(
  deps: Pick<PipelineDeps, 'store' | 'clock'>,
  row: StageRecord,
  failure: Failure,
): Promise<void> {
  const endedAt = new Date(deps.clock.now()).toISOString();
  await deps.store.updateStage(row.runId, row.week, row.stage, (now) => {
    if (!now || now.fence !== row.fence) return undefined;
    if (now.status !== 'RUNNING' && now.status !== 'RETRYING') return undefined;
    const { leaseUntil: _over, ...kept } = now;
    const { taskToken: _dead, ...message } = now.message;
    // The next fence: whoever comes back from a long pause commits nothing.
    return { ...kept, status: 'FAILED', fence: now.fence + 1, handoff: 'DONE', endedAt, failure, message };
  });
}
