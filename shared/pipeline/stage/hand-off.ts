/** What follows a committed stage: the week's row, the answer to whoever waits, or the next message. */
import { LogEvent } from '../log-events.ts';
import { DeadTokenError, FAILURE_NAMES } from '../errors.ts';
import { MESSAGE_FORMAT } from '../formats.ts';
import type { Replay, StageMessage } from '../messages.ts';
import { nextStage } from '../stages.ts';
import type { PipelineDeps } from '../deps.ts';
import type { StageRecord } from '../table/records.ts';
import { correctionName } from '../table/execution-names.ts';

type HandOffDeps = Omit<PipelineDeps, 'artifacts'>;

/**
 * Hands a settled stage on; safe to repeat at any point.
 *
 * A token that lives is answered, and the execution carries on. A replay whose token is dead or missing is
 * detached: the next stage's message is passed on here, and after the last one the Publisher is asked for
 * the next revision.
 *
 * @param message the message just delivered: its token may be another than the one the row was claimed with
 */
export async function handOff(deps: HandOffDeps, row: StageRecord, message: StageMessage): Promise<void> {
  await settleWeek(deps, row);
  const answered = message.taskToken !== undefined && (await answer(deps, row, message.taskToken));
  const replay = row.message.replay;
  if (!answered && replay && row.handoff === 'PENDING') await passOn(deps, row, replay);
  const done = (now: StageRecord | undefined) => {
    if (!now || now.fence !== row.fence || now.handoff !== 'PENDING') return undefined;
    const { taskToken: _answered, ...kept } = now.message;
    return { ...now, handoff: 'DONE' as const, message: kept };
  };
  await deps.store.updateStage(row.runId, row.week, row.stage, done, row);
}

/** The week ends with its last stage, or with one that failed. */
async function settleWeek(deps: HandOffDeps, row: StageRecord): Promise<void> {
  if (row.status === 'COMPLETE' && nextStage(row.stage)) return;
  const updatedAt = new Date(deps.clock.now()).toISOString();
  await deps.store.updateWeek(row.runId, row.week, (now) => {
    if (!now || now.attempt > row.attempt) return undefined;
    // Two replays by hand may have the same number: what one has brought, the other's failure does not take back.
    if (now.attempt === row.attempt && now.status === 'COMPLETE') return undefined;
    const { failure: _before, ...kept } = now;
    // Whoever claimed the stage may have died before it said so in the week's row.
    const { attempt, stage, failure } = row;
    const { replay } = row.message;
    const next = { ...kept, attempt, stage, updatedAt, ...(replay ? { replay } : {}) };
    if (row.status === 'FAILED') return { ...next, status: 'FAILED', ...(failure ? { failure } : {}) };
    return { ...next, status: 'COMPLETE' };
  });
}

/** @returns whether somebody waited for the answer */
async function answer(deps: HandOffDeps, row: StageRecord, taskToken: string): Promise<boolean> {
  const fields = { runId: row.runId, week: row.week, stage: row.stage, attempt: row.attempt };
  try {
    if (row.status === 'COMPLETE') {
      await deps.callbacks.succeed(taskToken, { ...fields, ...(row.committed?.artifact ?? {}) });
    } else {
      await deps.callbacks.fail(taskToken, row.failure?.error ?? FAILURE_NAMES.unknown, row.failure?.message ?? '');
    }
    return true;
  } catch (error) {
    if (!(error instanceof DeadTokenError)) throw error;
    deps.log.info(LogEvent.TokenDead, fields);
    return false;
  }
}

async function passOn(deps: HandOffDeps, row: StageRecord, replay: Replay): Promise<void> {
  const { runId, week, attempt } = row;
  const next = nextStage(row.stage);
  if (row.status === 'COMPLETE' && next) {
    await deps.queues.send({ v: MESSAGE_FORMAT, runId, week, stage: next, attempt, replay });
    return;
  }
  // A replay that failed asks as well: the last week of the replay to settle is the one that publishes.
  await deps.executions.start(correctionName(row, replay), { runId, correction: replay });
}
