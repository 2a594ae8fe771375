/**
 * The protocol of a stage, once for all stages: claim, heartbeat, work, commit, call back, acknowledge.
 *
 *     queue ──delivery──► claim (fence f, lease) ──► work ──► commit if fence = f ──► hand off ──► acknowledge
 *                            │ busy: back to queue     │ permanent: commit FAILED ─┘     │ token alive: answer it
 *                            └ done before: ───────────┼──────────────────────────────► │ replay, token dead: next stage
 *                                                      └ transient: RETRYING, back to queue
 *
 * A crash anywhere leaves a row that the redelivery carries on from: before the commit it computes again
 * with a higher fence, after it only the hand-off is repeated.
 */
import { createHash } from 'node:crypto';
import { InputError } from '../domain/errors';
import { buryMessage, type BuryDeps } from './bury';
import { decide } from './decide';
import { LEASE_SECONDS, leaseSecondsLeft, retryDelaySeconds } from './lease';
import { failureOf, FenceLost, MessageRefused, PermanentError, StageBusy, type Failure } from './errors';
import { handOff } from './hand-off';
import { fieldsOf, withFields } from './log-fields';
import { parseStageMessage, type Delivery, type Replay, type Stage, type StageMessage } from './messages';
import type { Executions, StageQueues } from './ports';
import type { Committed, RunRecord, StageRecord, StageResult, WeekRecord } from './records';
import type { Body } from './run-store';
import { beat, type Pulse } from './pulse';

export interface StageDeps extends BuryDeps {
  readonly queues: StageQueues;
  readonly executions: Executions;
}

/** What a stage's work is given. */
export interface StageContext {
  readonly run: RunRecord;
  readonly message: StageMessage;
  readonly attempt: number;
  /** Where this claim's artifact goes: no other claim, of this attempt or another, writes there. */
  readonly artifactKey: string;
  /**
   * The newest committed result of an earlier stage of this week.
   * @throws {@link PermanentError} where it has none
   */
  readonly upstream: (stage: Stage) => Promise<Committed>;
  /** Aborted when another worker takes the stage over. */
  readonly signal: AbortSignal;
}

/** A stage's own work. A thrown {@link PermanentError} fails the week at once; anything else is tried again. */
export type StageWork = (context: StageContext) => Promise<StageResult>;

/** A stage may be answered by more than one message; the last few ids tell redeliveries from re-sends. */
const MESSAGE_IDS_KEPT = 16;

/**
 * Handles one delivery to its end. Resolving acknowledges the message; rejecting leaves it on the queue.
 *
 * @throws {@link StageBusy}, {@link FenceLost} or the transient error met, after asking the queue to deliver
 *   the message again in a while
 */
export async function handleDelivery(
  deps: StageDeps,
  stage: Stage,
  work: StageWork,
  delivery: Delivery,
): Promise<void> {
  const log = withFields(deps.log, fieldsOf(delivery, stage));
  try {
    await handle({ ...deps, log }, stage, work, delivery);
  } catch (error) {
    const delay = error instanceof StageBusy ? error.retrySeconds : retryDelaySeconds(delivery.receiveCount);
    log.warn('delivery.returned', { delay, ...failureOf(error) });
    await deps.queues.release(stage, delivery, delay);
    throw error;
  }
}

async function handle(deps: StageDeps, stage: Stage, work: StageWork, delivery: Delivery): Promise<void> {
  let message: StageMessage;
  try {
    message = parseStageMessage(delivery.body);
    if (message.stage !== stage)
      throw new MessageRefused(`This is the queue of ${stage}, not of ${message.stage}.`);
  } catch (error) {
    return buryMessage(deps, stage, delivery, failureOf(error));
  }
  const found = await claim(deps, message, delivery);
  if ('row' in found && isHandReplay(found.row, delivery)) message = detached(message);
  deps.log.info('stage.decided', {
    decision: found.kind,
    ...('row' in found ? { attempt: found.row.attempt } : {}),
  });
  switch (found.kind) {
    case 'refuse':
      return buryMessage(deps, stage, delivery, found.failure);
    case 'superseded':
      return;
    case 'busy':
      throw new StageBusy(`Another worker holds ${stage} of ${message.week}.`, found.retrySeconds);
    case 'answer':
      return handOff(deps, found.row, message);
    case 'compute':
      return handOff(deps, await compute(deps, found.run, found.row, message, work), message);
  }
}

type Claimed =
  | { readonly kind: 'compute'; readonly run: RunRecord; readonly row: StageRecord }
  | { readonly kind: 'answer'; readonly row: StageRecord }
  | { readonly kind: 'busy'; readonly retrySeconds: number }
  | { readonly kind: 'refuse'; readonly failure: Failure }
  | { readonly kind: 'superseded' };

/** Decides on the delivery and writes the decision, as one compare-and-swap on the stage's row. */
async function claim(deps: StageDeps, message: StageMessage, delivery: Delivery): Promise<Claimed> {
  const { runId, week: menuWeek, stage } = message;
  const tokenSha256 = message.taskToken === undefined ? undefined : sha256(message.taskToken);
  for (;;) {
    const [run, week, row] = await Promise.all([
      deps.store.run(runId),
      deps.store.week(runId, menuWeek),
      deps.store.stage(runId, menuWeek, stage),
    ]);
    const now = deps.clock.now();
    const decision = decide({ run, week, row, message, tokenSha256, delivery, now });
    switch (decision.kind) {
      case 'superseded':
        return decision;
      case 'refuse':
        return { kind: 'refuse', failure: { error: decision.error, message: decision.message } };
      case 'busy':
        return { kind: 'busy', retrySeconds: leaseSecondsLeft(row, now) };
      case 'answer': {
        const noted = row && (await remember(deps, row, delivery));
        if (noted) return { kind: 'answer', row: noted };
        break;
      }
      case 'replay':
      case 'compute': {
        const replay =
          decision.kind === 'replay'
            ? resendOf(message, delivery, now)
            : replayOf(message, delivery, now, row);
        const attempt = decision.kind === 'replay' ? nextAttempt(row, week) : decision.attempt;
        const own = decision.kind === 'replay' || isHandReplay(row, delivery) ? detached(message) : message;
        const next = claimed(row, { message: own, delivery, replay, attempt, tokenSha256, now });
        const mine = await deps.store.swapStage(row, next);
        if (!mine || !run) break;
        return { kind: 'compute', run, row: await startWeek(deps, mine, delivery, week) };
      }
    }
  }
}

/** Notes the id of a message that only needs an answer, so that its redelivery is never taken for a re-send. */
function remember(deps: StageDeps, row: StageRecord, delivery: Delivery): Promise<StageRecord | undefined> {
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
 * Which replay this claim belongs to. A redelivery goes on with the one that its first delivery began; a message
 * without a token has nobody who waits for it: it is detached, a replay even if it does not say so.
 */
function replayOf(
  message: StageMessage,
  delivery: Delivery,
  now: number,
  row: StageRecord | undefined,
): Replay | undefined {
  if (message.replay) return message.replay;
  if (row?.messageIds.includes(delivery.messageId)) return row.message.replay;
  return message.taskToken === undefined ? resendOf(message, delivery, now) : undefined;
}

/** Whether this very message began the row's replay, by being sent again when its stage had settled. */
function isHandReplay(row: StageRecord | undefined, delivery: Delivery): boolean {
  return row?.message.replay?.id === resendId(delivery);
}

/** Its own token is dead, and another run's is not its to answer. */
function detached({ taskToken: _notItsOwn, ...message }: StageMessage): StageMessage {
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

/**
 * Says in the week's row that the attempt has begun. A replay by a message sent again takes the next number where
 * another replay, of another stage, has begun under its own.
 *
 * @param week as it was read before the claim
 * @returns the claimed row, perhaps under another attempt
 */
async function startWeek(
  deps: StageDeps,
  claimedRow: StageRecord,
  delivery: Delivery,
  week: WeekRecord | undefined,
): Promise<StageRecord> {
  const updatedAt = new Date(deps.clock.now()).toISOString();
  for (let row = claimedRow, seen = week; ;) {
    const start = (now: WeekRecord | undefined) =>
      now && !isTaken(now, row, delivery) ? started(now, row, updatedAt) : undefined;
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

function started(now: WeekRecord, row: StageRecord, updatedAt: string): Body<WeekRecord> | undefined {
  if (now.attempt > row.attempt) return undefined;
  // A worker that was slow to say that it begins: the attempt has ended meanwhile.
  const isOver = now.status === 'COMPLETE' || now.status === 'FAILED';
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

/** Works under a pulse and commits what came of it; transient errors give the message back. */
async function compute(
  deps: StageDeps,
  run: RunRecord,
  row: StageRecord,
  message: StageMessage,
  work: StageWork,
): Promise<StageRecord> {
  const pulse = await beat(deps, row);
  try {
    const result = await work({
      run,
      message: row.message,
      attempt: row.attempt,
      artifactKey: `artifacts/${row.runId}/${row.week}/${row.stage}-${row.attempt}-${row.fence}.cbor`,
      signal: pulse.signal,
      upstream: (stage) => upstream(deps, message, stage),
    });
    const done = await commit(deps, row, (now) => complete(now, row, result, deps.clock.now()));
    const durationMs = deps.clock.now() - Date.parse(row.startedAt);
    deps.log.info('stage.committed', { attempt: row.attempt, durationMs });
    return done;
  } catch (error) {
    return await settleError(deps, row, pulse, error);
  } finally {
    pulse.stop();
  }
}

async function settleError(
  deps: StageDeps,
  row: StageRecord,
  pulse: Pulse,
  error: unknown,
): Promise<StageRecord> {
  if (error instanceof FenceLost || pulse.signal.aborted) {
    throw new FenceLost(`Another worker took over ${row.stage} of ${row.week}.`);
  }
  const failure = failureOf(error);
  const fields = { attempt: row.attempt, ...failure };
  if (error instanceof PermanentError || error instanceof InputError) {
    deps.log.warn('stage.failed', fields);
    return commit(deps, row, (now) => failed(now, failure, deps.clock.now()));
  }
  deps.log.warn('stage.retrying', fields);
  await commit(deps, row, (now) => retrying(now, failure));
  throw error;
}

/** Writes the row, if this worker still holds its fence. */
async function commit(
  deps: StageDeps,
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

function idle(row: StageRecord): Omit<StageRecord, 'leaseUntil'> {
  const { leaseUntil: _over, ...kept } = row;
  return kept;
}

function complete(now: StageRecord, row: StageRecord, result: StageResult, at: number): Body<StageRecord> {
  const committedAt = new Date(at).toISOString();
  const { failure: _mended, ...kept } = idle(now);
  const committed = { ...result, attempt: row.attempt, startedAt: row.startedAt, committedAt };
  return { ...kept, status: 'COMPLETE', handoff: 'PENDING', endedAt: committedAt, committed };
}

function failed(now: StageRecord, failure: Failure, at: number): Body<StageRecord> {
  return { ...idle(now), status: 'FAILED', handoff: 'PENDING', endedAt: new Date(at).toISOString(), failure };
}

function retrying(now: StageRecord, failure: Failure): Body<StageRecord> {
  return { ...idle(now), status: 'RETRYING', failure };
}

async function upstream(deps: StageDeps, message: StageMessage, stage: Stage): Promise<Committed> {
  const row = await deps.store.stage(message.runId, message.week, stage);
  if (row?.committed) return row.committed;
  throw new PermanentError(`${message.week} has no committed result of ${stage}; replay it from ${stage}.`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
