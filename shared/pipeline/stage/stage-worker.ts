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
import { LogEvent } from '../log-events.ts';
import { PermanentError } from '../../domain/errors.ts';
import { quarantine } from './quarantine.ts';
import { claim, commit, detached, isHandReplay } from './claim.ts';
import { retryDelaySeconds } from '../table/lease.ts';
import { endStage } from '../table/end-stage.ts';
import { failureOf, FenceLost, MessageRefused, StageBusy, type Failure } from '../errors.ts';
import { handOff } from './hand-off.ts';
import { fieldsOf, withFields } from './log-fields.ts';
import { parseStageMessage, type Delivery, type StageMessage } from '../messages.ts';
import type { Stage } from '../stages.ts';
import type { PipelineDeps } from '../deps.ts';
import type { Committed, RunRecord, StageRecord, StageResult } from '../table/records.ts';
import type { Body } from '../table/run-store.ts';
import { startHeartbeat, type Heartbeat } from './heartbeat.ts';

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

/**
 * Handles one delivery to its end. Resolving acknowledges the message; rejecting leaves it on the queue.
 *
 * @throws {@link StageBusy}, {@link FenceLost} or the transient error met, after asking the queue to deliver
 *   the message again in a while
 */
export async function handleDelivery(
  deps: PipelineDeps,
  stage: Stage,
  work: StageWork,
  delivery: Delivery,
): Promise<void> {
  const log = withFields(deps.log, fieldsOf(delivery, stage));
  try {
    await handle({ ...deps, log }, stage, work, delivery);
  } catch (error) {
    const delay = error instanceof StageBusy ? error.retrySeconds : retryDelaySeconds(delivery.receiveCount);
    log.warn(LogEvent.DeliveryReturned, { delay, ...failureOf(error) });
    await deps.queues.changeVisibility(stage, delivery, delay);
    throw error;
  }
}

async function handle(deps: PipelineDeps, stage: Stage, work: StageWork, delivery: Delivery): Promise<void> {
  let message: StageMessage;
  try {
    message = parseStageMessage(delivery.body);
    if (message.stage !== stage) throw new MessageRefused(`This is the queue of ${stage}, not of ${message.stage}.`);
  } catch (error) {
    return quarantine(deps, stage, delivery, failureOf(error));
  }
  const found = await claim(deps, message, delivery);
  if ('row' in found && isHandReplay(found.row, delivery)) message = detached(message);
  deps.log.info(LogEvent.StageDecided, {
    decision: found.kind,
    ...('row' in found ? { attempt: found.row.attempt } : {}),
  });
  switch (found.kind) {
    case 'refuse':
      if (found.left) await endStage(deps, found.left, found.failure);
      return quarantine(deps, stage, delivery, found.failure);
    case 'superseded':
      return;
    case 'busy':
      throw new StageBusy(`Another worker holds ${stage} of ${message.week}.`, found.retrySeconds);
    case 'answer':
      return handOff(deps, found.row, message);
    case 'compute':
      return handOff(deps, await compute(deps, found, message, delivery, work), message);
  }
}

/** Works while the heartbeat goes, and commits what came of it; transient errors give the message back. */
async function compute(
  deps: PipelineDeps,
  { run, row }: { readonly run: RunRecord; readonly row: StageRecord },
  message: StageMessage,
  delivery: Delivery,
  work: StageWork,
): Promise<StageRecord> {
  const heartbeat = await startHeartbeat(deps, row, delivery);
  try {
    const result = await work({
      run,
      message: row.message,
      attempt: row.attempt,
      artifactKey: `artifacts/${row.runId}/${row.week}/${row.stage}-${row.attempt}-${row.fence}.cbor`,
      signal: heartbeat.signal,
      upstream: (stage) => upstream(deps, message, stage),
    });
    const done = await commit(deps, row, (now) => complete(now, row, result, deps.clock.now()));
    const durationMs = deps.clock.now() - Date.parse(row.startedAt);
    deps.log.info(LogEvent.StageCommitted, { attempt: row.attempt, durationMs });
    return done;
  } catch (error) {
    return await settleError(deps, row, heartbeat, error);
  } finally {
    heartbeat.stop();
  }
}

async function settleError(
  deps: PipelineDeps,
  row: StageRecord,
  heartbeat: Heartbeat,
  error: unknown,
): Promise<StageRecord> {
  if (error instanceof FenceLost || heartbeat.signal.aborted) {
    throw new FenceLost(`Another worker took over ${row.stage} of ${row.week}.`);
  }
  const failure = failureOf(error);
  const fields = { attempt: row.attempt, ...failure };
  if (error instanceof PermanentError) {
    deps.log.warn(LogEvent.StageFailed, fields);
    return commit(deps, row, (now) => failed(now, failure, deps.clock.now()));
  }
  deps.log.warn(LogEvent.StageRetrying, fields);
  await commit(deps, row, (now) => retrying(now, failure));
  throw error;
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

async function upstream(deps: PipelineDeps, message: StageMessage, stage: Stage): Promise<Committed> {
  const row = await deps.store.stage(message.runId, message.week, stage);
  if (row?.committed) return row.committed;
  throw new PermanentError(`${message.week} has no committed result of ${stage}; replay it from ${stage}.`);
}
