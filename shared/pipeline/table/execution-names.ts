/** Names of the executions that publish a replay: one name for one thing, so that asking twice starts one. */
import { createHash } from 'node:crypto';
import type { Replay, RunId } from '../messages.ts';
import type { StageRecord } from './records.ts';

/** The execution that publishes what is committed already. */
export function publicationName(runId: RunId, replay: Replay): string {
  return nameOf(`${runId} ${replay.id}`);
}

/** The execution that a week's replay asks for when it has settled. */
export function correctionName(row: Pick<StageRecord, 'runId' | 'week' | 'attempt'>, replay: Replay): string {
  return nameOf(`${row.runId} ${row.week} ${replay.id} ${row.attempt}`);
}

function nameOf(text: string): string {
  return `correction-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}
