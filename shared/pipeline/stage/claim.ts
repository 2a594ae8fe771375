/** Who may work on a delivery: decided from the table, and written as one compare-and-swap on the stage's row. */
import { atItsAttempt } from './attempt.ts';
import { decide } from './decide.ts';
import { keepDelivery } from './heartbeat.ts';
import { DeadTokenError, FAILURE_NAMES, FenceLost, type Failure } from '../errors.ts';
import { LEASE_SECONDS, leaseIsLive, leaseSecondsLeft } from '../table/lease.ts';
import { reopenRun } from '../table/reopen-run.ts';
import { tokenSha256Of, type Delivery, type Replay, type StageMessage } from '../messages.ts';
import type { PipelineDeps } from '../deps.ts';
import type { RunRecord, StageRecord, WeekRecord } from '../table/records.ts';
import type { Body } from '../table/run-store.ts';

type TableDeps = Pick<PipelineDeps, 'store' | 'clock'>;
type ClaimDeps = TableDeps & Pick<PipelineDeps, 'callbacks' | 'executions' | 'queues' | 'log'>;

/** A stage may be answered by more than one message; the last few ids tell redeliveries from re-sends. */
const MESSAGE_IDS_KEPT = 16;

export type Claimed =
  | { readonly kind: 'compute'; readonly run: RunRecord; readonly row: StageRecord }
  | { readonly kind: 'answer'; readonly row: StageRecord }
  | { readonly kind: 'busy'; readonly retrySeconds: number }
  /** With the row that the message, or nobody, was working on when its run was cancelled. */
  | { readonly kind: 'refuse'; readonly failure: Failure; readonly left?: StageRecord }
  | { readonly kind: 'superseded' };

/** Decides on the delivery and writes the decision, as one compare-and-swap on the stage's row. */
export async function claim(deps: ClaimDeps, delivered: StageMessage, delivery: Delivery): Promise<Claimed> {
  const { runId, week: menuWeek, stage } = delivered;
  const tokenSha256 = tokenSha256Of(delivered);
  for (let tokenLives: boolean | undefined; ;) {
    const [run, week, row, { message, replay: begunBefore }] = await Promise.all([
      deps.store.run(runId),
      deps.store.week(runId, menuWeek),
      deps.store.stage(runId, menuWeek, stage),
      atItsAttempt(deps.store, delivered),
      // Before anything is claimed: whoever is killed after that is noticed.
      keepDelivery(deps, stage, delivery),
    ]);
    const now = deps.clock.now();
    const decision = decide({ run, week, row, message, tokenSha256, tokenLives, delivery, now });
    switch (decision.kind) {
      case 'ask':
        tokenLives = await isWaitedFor(deps, delivered);
        if (tokenLives) await reopenRun(deps.store, runId);
        break;
      case 'superseded':
        return decision;
      case 'refuse':
        return {
          ...decision,
          ...(run?.status === 'CANCELLED' && row && isLeft(row, delivery, now) ? { left: row } : {}),
        };
      case 'busy':
        // A later attempt between two of its tries holds no lease: it is looked at again when it may hold one.
        return { kind: 'busy', retrySeconds: row?.leaseUntil ? leaseSecondsLeft(row, now) : LEASE_SECONDS };
      case 'answer': {
        const noted = row && (await remember(deps, row, delivery));
        if (noted) return { kind: 'answer', row: noted };
        break;
      }
      case 'replay':
      case 'compute': {
        const attempt = decision.kind === 'replay' ? nextAttempt(row, week) : decision.attempt;
        const begun = row?.attempt === attempt ? row.message.replay : begunBefore;
        const replay =
          decision.kind === 'replay' ? resendOf(message, delivery, now) : replayOf(message, delivery, now, begun);
        const own = decision.kind === 'replay' || isHandReplay(row, delivery) ? detached(message) : message;
        const next = claimed(row, { message: own, delivery, replay, attempt, tokenSha256, now });
        const mine = await deps.store.swapStage(row, next);
        if (!mine || !run) break;
        return { kind: 'compute', run, row: await startWeek(deps, mine, { delivery, week, reopens: tokenLives }) };
      }
    }
  }
}

/**
 * Whether a task of the run's own execution still waits for the message's token. One that lives while that execution
 * does not run is another run's, put into this message by hand.
 */
async function isWaitedFor(deps: ClaimDeps, { runId, taskToken }: StageMessage): Promise<boolean> {
  const { callbacks, executions } = deps;
  if (taskToken === undefined || (await executions.status(runId)) !== 'RUNNING') return false;
  try {
    await callbacks.heartbeat(taskToken);
    return true;
  } catch (error) {
    if (error instanceof DeadTokenError) return false;
    throw error;
  }
}

/** Whether nobody works on the stage: this very message was its last, or the lease has run out. */
function isLeft(row: StageRecord, delivery: Delivery, now: number): boolean {
  const isUnsettled = row.status === 'RUNNING' || row.status === 'RETRYING';
  return isUnsettled && (row.messageIds.includes(delivery.messageId) || !leaseIsLive(row, now));
}

/** Notes the id of a message that only needs an answer, so that its redelivery is never taken for a re-send. */
function remember(deps: TableDeps, row: StageRecord, delivery: Delivery): Promise<StageRecord | undefined> {
  if (row.messageIds.includes(delivery.messageId)) return Promise.resolve(row);
  return deps.store.swapStage(row, { ...row, messageIds: withId(row.messageIds, delivery) });
}

interface Claim {
  readonly message: StageMessage;
  readonly delivery: Delivery;
  readonly replay: Replay | undefined;
  readonly attempt: number;
  readonly tokenSha256: string | undefined;
  readonly now: number;
}

/** The row as this worker claims it. What an earlier attempt committed stays until a newer one commits. */
function claimed(row: StageRecord | undefined, claim: Claim): Body<StageRecord> {
  const { message, delivery, replay, attempt, tokenSha256, now } = claim;
  const same = row?.attempt === attempt ? row : undefined;
  const instant = new Date(now).toISOString();
  return {
    runId: message.runId,
    week: message.week,
    stage: message.stage,
    status: 'RUNNING',
    attempt,
    fence: (row?.fence ?? 0) + 1,
    leaseUntil: new Date(now + LEASE_SECONDS * 1000).toISOString(),
    heartbeatAt: instant,
    claimedAt: same?.claimedAt ?? instant,
    startedAt: instant,
    deliveries: (same?.deliveries ?? 0) + 1,
    messageIds: withId(same?.messageIds ?? [], delivery),
    message: { ...message, attempt, ...(replay ? { replay } : {}) },
    ...(tokenSha256 === undefined ? {} : { tokenSha256 }),
    ...(row?.committed ? { committed: row.committed } : {}),
  };
}

function withId(ids: readonly string[], delivery: Delivery): string[] {
  return [...ids.filter((id) => id !== delivery.messageId), delivery.messageId].slice(-MESSAGE_IDS_KEPT);
}

/**
 * Which replay this claim belongs to. Whoever takes over an attempt that a replay has begun, by its redelivery or with
 * a message of its own, goes on with that replay; a message without a token has nobody who waits for it: it is
 * detached, a replay even if it does not say so.
 */
function replayOf(
  message: StageMessage,
  delivery: Delivery,
  now: number,
  begun: Replay | undefined,
): Replay | undefined {
  const replay = message.replay ?? begun;
  return replay ?? (message.taskToken === undefined ? resendOf(message, delivery, now) : undefined);
}

/** Whether this very message began the row's replay, by being sent again when its stage had settled. */
export function isHandReplay(row: StageRecord | undefined, delivery: Delivery): boolean {
  return row?.message.replay?.id === resendId(delivery);
}

/** Its own token is dead, and another run's is not its to answer. */
export function detached({ taskToken: _notItsOwn, ...message }: StageMessage): StageMessage {
  return message;
}

function resendId(delivery: Delivery): string {
  return `resend-${delivery.messageId}`;
}

function resendOf(message: StageMessage, delivery: Delivery, now: number): Replay {
  return {
    id: resendId(delivery),
    by: 'a message re-sent to the queue',
    reason: `${message.stage} of ${message.week} was sent again`,
    at: new Date(now).toISOString(),
  };
}

/** The number for a replay that has none yet. The claim comes first: a number that nobody claims would stand still. */
function nextAttempt(row: StageRecord | undefined, week: WeekRecord | undefined): number {
  return Math.max(row?.attempt ?? 0, week?.attempt ?? 0) + 1;
}

interface WeekStart {
  readonly delivery: Delivery;
  /** As it was read before the claim. */
  readonly week: WeekRecord | undefined;
  /** Whether the state machine has come back to a week that was given up as interrupted. */
  readonly reopens: boolean | undefined;
}

/**
 * Says in the week's row that the attempt has begun. A replay by a message sent again takes the next number where
 * another replay, of another stage, has begun under its own.
 *
 * @returns the claimed row, perhaps under another attempt
 */
async function startWeek(
  deps: TableDeps,
  claimedRow: StageRecord,
  { delivery, week, reopens = false }: WeekStart,
): Promise<StageRecord> {
  const updatedAt = new Date(deps.clock.now()).toISOString();
  for (let row = claimedRow, seen = week; ;) {
    const start = (now: WeekRecord | undefined) =>
      now && !isTaken(now, row, delivery) ? started(now, row, { updatedAt, reopens }) : undefined;
    const now = await deps.store.updateWeek(row.runId, row.week, start, seen);
    if (!now || !isTaken(now, row, delivery)) return row;
    const attempt = now.attempt + 1;
    row = await commit(deps, row, (mine) => ({ ...mine, attempt, message: { ...mine.message, attempt } }));
    seen = now;
  }
}

/** Whether another replay has the number that this message has given itself. */
function isTaken(week: WeekRecord, row: StageRecord, delivery: Delivery): boolean {
  const { replay } = row.message;
  const isOwnReplay = replay !== undefined && replay.id === resendId(delivery);
  return isOwnReplay && week.attempt >= row.attempt && week.replay?.id !== replay.id;
}

function started(
  now: WeekRecord,
  row: StageRecord,
  { updatedAt, reopens }: { readonly updatedAt: string; readonly reopens: boolean },
): Body<WeekRecord> | undefined {
  if (now.attempt > row.attempt) return undefined;
  // A worker that was slow to say that it begins: the attempt has ended meanwhile.
  const isReopened = reopens && now.failure?.error === FAILURE_NAMES.interrupted;
  const isOver = now.status === 'COMPLETE' || (now.status === 'FAILED' && !isReopened);
  if (isOver && now.attempt === row.attempt) return undefined;
  const { failure: _mended, ...kept } = now;
  const { replay } = row.message;
  return {
    ...kept,
    status: 'RUNNING',
    stage: row.stage,
    attempt: row.attempt,
    updatedAt,
    ...(replay ? { replay } : {}),
  };
}

/** Writes the row, if this worker still holds its fence. */
export async function commit(
  deps: TableDeps,
  row: StageRecord,
  change: (now: StageRecord) => Body<StageRecord>,
): Promise<StageRecord> {
  const fenced = (now: StageRecord | undefined) => {
    if (!now || now.fence !== row.fence || now.status !== 'RUNNING') {
      throw new FenceLost(`Another worker took over ${row.stage} of ${row.week}.`);
    }
    return change(now);
  };
  const written = await deps.store.updateStage(row.runId, row.week, row.stage, fenced, row);
  return written ?? row;
}
