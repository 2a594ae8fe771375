/** The dead-letter consumer: what becomes of a message that has used up its deliveries. Of a redriven one: `decide.ts`. */
import { atItsAttempt } from './attempt.ts';
import { quarantine } from './quarantine.ts';
import { FAILURE_NAMES, StageBusy, type Failure } from '../errors.ts';
import { failWeek } from '../table/fail-week.ts';
import { handOff } from './hand-off.ts';
import { fieldsOf, withFields } from './log-fields.ts';
import { leaseIsLive, leaseSecondsLeft } from '../table/lease.ts';
import { parseStageMessage, tokenSha256Of, type Delivery, type StageMessage } from '../messages.ts';
import type { StageRecord } from '../table/records.ts';
import type { Body } from '../table/run-store.ts';
import type { PipelineDeps } from '../deps.ts';

/**
 * Answers for a message that no worker could bring to an end: with the stored result where there is one, else
 * with a failure that carries the last error. The body is kept; nobody is left waiting.
 *
 * @throws {@link StageBusy} while a worker still holds the stage's lease: the message is looked at again after its
 *   queue's visibility timeout (infra/stage/stage-timing.ts)
 */
export async function handleDeadLetter(deps: PipelineDeps, delivery: Delivery): Promise<void> {
  return answerFor({ ...deps, log: withFields(deps.log, fieldsOf(delivery, 'dead-letter')) }, delivery);
}

async function answerFor(deps: PipelineDeps, delivery: Delivery): Promise<void> {
  let message: StageMessage;
  try {
    message = parseStageMessage(delivery.body);
  } catch {
    return quarantine(deps, 'dead-letter', delivery, exhausted(undefined));
  }
  ({ message } = await atItsAttempt(deps.store, message));
  const row = await settle(deps, message, delivery);
  if (row) await handOff(deps, row, message);
  else await failWeek(deps, message.runId, message.week, exhausted(undefined), message.attempt);
  if (row?.status !== 'COMPLETE') {
    await quarantine(deps, 'dead-letter', delivery, row?.failure ?? exhausted(undefined));
  }
}

/** Ends the attempt that this message asked for; undefined where there is no such week, or a later attempt. */
async function settle(deps: PipelineDeps, message: StageMessage, delivery: Delivery): Promise<StageRecord | undefined> {
  const { runId, week, stage } = message;
  const now = deps.clock.now();
  const isKnown = (await deps.store.week(runId, week)) !== undefined;
  const isMine = (row: StageRecord) => row.attempt === message.attempt || row.messageIds.includes(delivery.messageId);
  // A task that a later attempt has overtaken is answered with what that comes to.
  const isOvertaken = (row: StageRecord) => row.attempt > message.attempt && isOfTask(message);
  const after = await deps.store.updateStage(runId, week, stage, (row) => {
    if (!row || isOver(row, message) || isGivenUp(row, message))
      return isKnown ? unclaimed(message, delivery, now, row) : undefined;
    const isOthers = !isMine(row);
    if (row.status === 'COMPLETE' || row.status === 'FAILED' || (isOthers && !isOvertaken(row))) return undefined;
    if (leaseIsLive(row, now) || isOthers) {
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
  return after && (isMine(after) || isOvertaken(after)) ? after : undefined;
}

/** The state machine's own message: a task waits for it. */
function isOfTask(message: StageMessage): boolean {
  return message.taskToken !== undefined && message.replay === undefined;
}

/** Whether the sweeper has ended the attempt, and this is the message of a redriven task, which no worker took up. */
function isGivenUp(row: StageRecord, message: StageMessage): boolean {
  const isInterrupted = row.status === 'FAILED' && row.failure?.error === FAILURE_NAMES.interrupted;
  return isInterrupted && row.attempt === message.attempt && row.tokenSha256 !== tokenSha256Of(message);
}

/** Whether the row is of an attempt that has ended before this message's. */
function isOver({ attempt, status }: StageRecord, message: StageMessage): boolean {
  return attempt < message.attempt && (status === 'COMPLETE' || status === 'FAILED');
}

/**
 * The row of an attempt that no worker ever claimed: it remembers whose message has failed it, so that the state
 * machine's next task is told apart from the same message sent again.
 */
function unclaimed(
  message: StageMessage,
  delivery: Delivery,
  now: number,
  before: StageRecord | undefined,
): Body<StageRecord> {
  const instant = new Date(now).toISOString();
  const tokenSha256 = tokenSha256Of(message);
  return {
    runId: message.runId,
    week: message.week,
    stage: message.stage,
    status: 'FAILED',
    attempt: message.attempt,
    fence: (before?.fence ?? 0) + 1,
    claimedAt: instant,
    startedAt: instant,
    endedAt: instant,
    deliveries: delivery.receiveCount,
    messageIds: [delivery.messageId],
    message,
    handoff: 'PENDING',
    failure: exhausted(undefined),
    ...(before?.committed ? { committed: before.committed } : {}),
    ...(tokenSha256 === undefined ? {} : { tokenSha256 }),
  };
}

function exhausted(last: Failure | undefined): Failure {
  const message = last
    ? `every delivery failed, the last with ${last.error}: ${last.message}`
    : 'every delivery failed, and no worker recorded why';
  return { error: FAILURE_NAMES.deliveriesExhausted, message };
}
