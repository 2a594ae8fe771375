/**
 * What to do with one delivery of a stage message, given what the table says: a pure function, so that
 * every case can be read, and tested, in one place.
 *
 *     message          row of (run, week, stage)      →
 *     newer attempt    any                            → compute it
 *     any              none, the week ended before    → a replay: compute as the week's next attempt
 *     same attempt     RETRYING, or lease run out     → compute, with the next fence
 *     same attempt     RUNNING, lease live            → busy: back to the queue
 *     same attempt     COMPLETE or FAILED             → answer with what is stored, compute nothing
 *     re-sent by hand  COMPLETE or FAILED             → a replay: compute as the week's next attempt
 *     older replay     any                            → superseded: acknowledge
 *     new token        given up, or the run ended     → ask whether its task waits: if so, it is no re-send, and
 *                                                       what was interrupted is computed as the same attempt
 *
 * A redriven dead letter is re-sent by hand: it has a new message id. A redriven execution brings new tokens, whose
 * tasks wait: what is committed is their answer, and what was interrupted goes on.
 *
 * A re-send has a message id that this attempt has not seen and was sent after the attempt was claimed; a
 * redelivery keeps its id. A message that carries `replay` is that one replay, however often it is sent.
 */
import { FAILURE_NAMES, MessageRefused, type Failure } from '../errors.ts';
import { leaseIsLive } from '../table/lease.ts';
import type { Delivery, StageMessage } from '../messages.ts';
import type { RunRecord, StageRecord, WeekRecord } from '../table/records.ts';

export interface Situation {
  readonly run: RunRecord | undefined;
  readonly week: WeekRecord | undefined;
  readonly row: StageRecord | undefined;
  readonly message: StageMessage;
  /** SHA-256 of the message's token, where it has one. */
  readonly tokenSha256: string | undefined;
  /** Whether a task waits for the token; undefined: nobody has asked. */
  readonly tokenLives?: boolean | undefined;
  readonly delivery: Delivery;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export type Decision =
  | { readonly kind: 'compute'; readonly attempt: number }
  | { readonly kind: 'replay' }
  | { readonly kind: 'answer' }
  | { readonly kind: 'busy' }
  /** It depends on whether the token's task waits. */
  | { readonly kind: 'ask' }
  | { readonly kind: 'superseded' }
  | { readonly kind: 'refuse'; readonly failure: Failure };

export function decide(situation: Situation): Decision {
  const { run, week, row, message } = situation;
  if (!run) return refuse(MessageRefused.name, `There is no run ${message.runId}.`);
  if (!week) return refuse(MessageRefused.name, `Run ${message.runId} has no week ${message.week}.`);
  if (run.status === 'CANCELLED') return refuse(FAILURE_NAMES.runCancelled, `Run ${message.runId} was cancelled.`);
  if (situation.tokenLives === undefined && mayBeRedriven(situation, run, week)) return { kind: 'ask' };
  if (!row) return isLateResend(situation, week) ? { kind: 'replay' } : { kind: 'compute', attempt: message.attempt };
  const attempt = row.messageIds.includes(situation.delivery.messageId) ? row.attempt : message.attempt;
  if (attempt > row.attempt) return { kind: 'compute', attempt };
  if (situation.tokenLives && isInterrupted(row)) return { kind: 'compute', attempt: row.attempt };
  if (attempt < row.attempt) return forOlderAttempt(situation, row);
  switch (row.status) {
    case 'RETRYING':
      return { kind: 'compute', attempt };
    case 'RUNNING':
      return leaseIsLive(row, situation.now) ? { kind: 'busy' } : { kind: 'compute', attempt };
    case 'COMPLETE':
    case 'FAILED':
      return isResent(situation, row) ? { kind: 'replay' } : { kind: 'answer' };
  }
}

/** The week has moved on to a later attempt since this message was made. */
function forOlderAttempt(situation: Situation, row: StageRecord): Decision {
  if (situation.message.replay) return { kind: 'superseded' };
  if (row.status === 'RUNNING' || row.status === 'RETRYING') {
    // Its own task may still wait: come back when the later attempt has a result to answer it with.
    return situation.message.taskToken ? { kind: 'busy' } : { kind: 'superseded' };
  }
  if (isResent(situation, row)) return { kind: 'replay' };
  return situation.message.taskToken ? { kind: 'answer' } : { kind: 'superseded' };
}

/** A token not seen before, where the run has ended or this part of it was given up: of a redriven execution, perhaps. */
function mayBeRedriven(situation: Situation, run: RunRecord, week: WeekRecord): boolean {
  const { row, message, delivery, tokenSha256 } = situation;
  if (tokenSha256 === undefined || message.replay) return false;
  if (row?.tokenSha256 === tokenSha256 || row?.messageIds.includes(delivery.messageId)) return false;
  return run.status !== 'RUNNING' || isInterrupted(week) || (row !== undefined && isInterrupted(row));
}

function isInterrupted({ status, failure }: Pick<StageRecord, 'failure'> & { readonly status: string }): boolean {
  return status === 'FAILED' && failure?.error === FAILURE_NAMES.interrupted;
}

function isResent({ message, delivery, tokenSha256, tokenLives, run }: Situation, row: StageRecord): boolean {
  if (tokenLives || message.replay || row.messageIds.includes(delivery.messageId)) return false;
  if (row.handoff === 'PENDING') return false;
  if (delivery.sentAt <= Date.parse(row.claimedAt)) return false;
  // The state machine's own retry of a task brings a token not seen before. It is sent while the run goes on, and
  // may arrive when that has ended.
  const hasNewToken = tokenSha256 !== undefined && tokenSha256 !== row.tokenSha256;
  return !(hasNewToken && run !== undefined && wasUnderWay(run, delivery.sentAt));
}

/** A message that nobody ever claimed, sent again when its week had ended: a redrive of dead letters, for one. */
function isLateResend({ run, message, delivery, tokenLives }: Situation, week: WeekRecord): boolean {
  const isOver = week.status === 'COMPLETE' || week.status === 'FAILED';
  if (tokenLives || message.replay || !isOver || delivery.sentAt <= Date.parse(week.updatedAt)) return false;
  // The week ended before the state machine came to this stage, by a replay, or by a failure while a person answered
  // its task: this is the run's own first message, not a re-send.
  const isFirstOfRun = message.taskToken !== undefined;
  return !(isFirstOfRun && run !== undefined && wasUnderWay(run, delivery.sentAt));
}

function wasUnderWay({ endedAt }: RunRecord, at: number): boolean {
  return endedAt === undefined || at <= Date.parse(endedAt);
}

function refuse(error: string, message: string): Decision {
  return { kind: 'refuse', failure: { error, message } };
}
