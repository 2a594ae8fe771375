/**
 * The heartbeat of a worker: at once, then on a timer, until it is stopped or its fence is lost.
 *
 * It tells three who would otherwise take the worker for dead: the status table (its lease), the queue (its delivery
 * comes back when the lease is over, and not only when the queue's visibility timeout is) and the task that waits.
 * None of them waits for another, so that one which does not answer costs no sign of life elsewhere.
 */
import { LogEvent } from '../log-events.ts';
import { DeadTokenError, failureOf } from '../errors.ts';
import { CLAIMED_VISIBILITY_SECONDS, HEARTBEAT_SECONDS, LEASE_SECONDS } from '../table/lease.ts';
import type { Delivery } from '../messages.ts';
import type { PipelineDeps } from '../deps.ts';
import type { Stage } from '../stages.ts';
import type { StageRecord } from '../table/records.ts';

type HeartbeatDeps = Pick<PipelineDeps, 'store' | 'callbacks' | 'queues' | 'clock' | 'log'>;

export interface Heartbeat {
  /** Aborted once another worker has taken the stage over. */
  readonly signal: AbortSignal;
  stop(): void;
}

/**
 * Has the delivery come back when a claim that is made now would be over: a worker that is killed from here on is
 * noticed by then, and not only when the queue's visibility timeout is over. A request that fails is not the work's
 * failure.
 */
export async function keepDelivery(
  deps: Pick<PipelineDeps, 'queues' | 'log'>,
  stage: Stage,
  delivery: Delivery,
): Promise<void> {
  await tolerant(deps, () => deps.queues.changeVisibility(stage, delivery, CLAIMED_VISIBILITY_SECONDS));
}

/** The next heartbeat tries again, within the lease. */
async function tolerant({ log }: Pick<PipelineDeps, 'log'>, once: () => Promise<void>): Promise<void> {
  try {
    await once();
  } catch (error) {
    log.warn(LogEvent.HeartbeatFailed, { ...failureOf(error) });
  }
}

/**
 * Starts the heartbeat of the worker that claimed `row`; the first has been sent when it returns.
 *
 * @param delivery of the message that the worker holds
 */
export async function startHeartbeat(deps: HeartbeatDeps, row: StageRecord, delivery: Delivery): Promise<Heartbeat> {
  const abort = new AbortController();
  let stopped = false;
  let tokenLives = row.message.taskToken !== undefined;
  let cancel = () => {};

  const isOver = () => stopped || abort.signal.aborted;
  const tellTask = async () => {
    if (tokenLives) tokenLives = await answerHeartbeat(deps, row);
  };
  const renewAndKeepDelivery = async () => {
    const isMine = await renew(deps, row);
    if (!isMine) abort.abort();
    else if (!isOver()) await keepDelivery(deps, row.stage, delivery);
  };
  const arm = () => {
    if (isOver()) return;
    cancel = deps.clock.schedule(HEARTBEAT_SECONDS * 1000, () => {
      arm();
      void tolerant(deps, renewAndKeepDelivery);
      void tolerant(deps, tellTask);
    });
  };
  arm();
  // The delivery and the lease have only just been taken.
  await tolerant(deps, tellTask);
  return {
    signal: abort.signal,
    stop: () => {
      stopped = true;
      cancel();
    },
  };
}

/** @returns whether the token still lives */
async function answerHeartbeat(deps: HeartbeatDeps, row: StageRecord): Promise<boolean> {
  if (row.message.taskToken === undefined) return false;
  try {
    await deps.callbacks.heartbeat(row.message.taskToken);
    return true;
  } catch (error) {
    // Not an error of the work: the result will stand, and nobody waits for it.
    if (error instanceof DeadTokenError) return false;
    throw error;
  }
}

/** @returns whether this worker still holds the fence */
async function renew(deps: HeartbeatDeps, row: StageRecord): Promise<boolean> {
  const now = deps.clock.now();
  const mine = (item: StageRecord | undefined) => item?.fence === row.fence && item.status === 'RUNNING';
  const after = await deps.store.updateStage(row.runId, row.week, row.stage, (item) =>
    item && mine(item)
      ? {
          ...item,
          leaseUntil: new Date(now + LEASE_SECONDS * 1000).toISOString(),
          heartbeatAt: new Date(now).toISOString(),
        }
      : undefined,
  );
  return after?.fence === row.fence;
}
