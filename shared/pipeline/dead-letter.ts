/** The dead-letter consumer: what becomes of a message that has used up its deliveries. */
import { buryMessage } from './bury';
import { StageBusy, type Failure } from './errors';
import { failWeek } from './fail-week';
import { handOff } from './hand-off';
import { fieldsOf, withFields } from './log-fields';
import { leaseIsLive, leaseSecondsLeft } from './lease';
import { parseStageMessage, type Delivery, type StageMessage } from './messages';
import type { StageRecord } from './records';
import type { StageDeps } from './stage-worker';

/**
 * Answers for a message that no worker could bring to an end: with the stored result where there is one, else
 * with a failure that carries the last error. The body is kept; nobody is left waiting.
 *
 * @throws {@link StageBusy} while a worker still holds the stage's lease: the message is looked at again later
 */
export async function handleDeadLetter(deps: StageDeps, delivery: Delivery): Promise<void> {
  return answerFor({ ...deps, log: withFields(deps.log, fieldsOf(delivery, 'dead-letter')) }, delivery);
}

async function answerFor(deps: StageDeps, delivery: Delivery): Promise<void> {
  let message: StageMessage;
  try {
    message = parseStageMessage(delivery.body);
  } catch {
    return buryMessage(deps, 'dead-letter', delivery, exhausted(undefined));
  }
  const row = await settle(deps, message, delivery);
  if (row) await handOff(deps, row, message);
  else await failWeek(deps, message.runId, message.week, exhausted(undefined), message.attempt);
  if (row?.status !== 'COMPLETE') {
    await buryMessage(deps, 'dead-letter', delivery, row?.failure ?? exhausted(undefined));
  }
}

/** Ends the attempt that this message asked for; undefined where no worker ever claimed it. */
async function settle(
  deps: StageDeps,
  message: StageMessage,
  delivery: Delivery,
): Promise<StageRecord | undefined> {
  const now = deps.clock.now();
  const isMine = (row: StageRecord) =>
    row.attempt === message.attempt || row.messageIds.includes(delivery.messageId);
  const after = await deps.store.updateStage(message.runId, message.week, message.stage, (row) => {
    if (!row || !isMine(row) || row.status === 'COMPLETE' || row.status === 'FAILED') return undefined;
    if (leaseIsLive(row, now)) {
      throw new StageBusy(`A worker still holds ${row.stage} of ${row.week}.`, leaseSecondsLeft(row, now));
    }
    const { leaseUntil: _over, ...kept } = row;
    return {
      ...kept,
      status: 'FAILED',
      // The next fence: a worker that comes back from a long pause commits nothing.
      fence: row.fence + 1,
      handoff: 'PENDING',
      endedAt: new Date(now).toISOString(),
      failure: exhausted(row.failure),
    };
  });
  return after && isMine(after) ? after : undefined;
}

function exhausted(last: Failure | undefined): Failure {
  const message = last
    ? `every delivery failed, the last with ${last.error}: ${last.message}`
    : 'every delivery failed, and no worker recorded why';
  return { error: 'DeliveriesExhausted', message };
}
