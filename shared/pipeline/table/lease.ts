/** How long a claim lives and how soon a message comes back. */
import type { StageRecord } from './records.ts';

/** A claim lives this long without a sign of life: three heartbeats may be missed. */
export const LEASE_SECONDS = 80;
export const HEARTBEAT_SECONDS = 20;
/**
 * A worker's delivery comes back so long after its last sign of life: when its lease is certainly over, so that the
 * next worker finds the stage free. (SQS counts whole seconds, and from when it takes the request.)
 */
export const CLAIMED_VISIBILITY_SECONDS = LEASE_SECONDS + 5;
const FIRST_RETRY_SECONDS = 5;
const LAST_RETRY_SECONDS = 300;

/** Whether somebody works on the stage at `now` (milliseconds since the epoch). */
export function leaseIsLive(row: StageRecord, now: number): boolean {
  return row.leaseUntil !== undefined && Date.parse(row.leaseUntil) > now;
}

/** Whole seconds until the row's lease has certainly run out; 1 where it has none. */
export function leaseSecondsLeft(row: StageRecord | undefined, now: number): number {
  const left = row?.leaseUntil === undefined ? 0 : Date.parse(row.leaseUntil) - now;
  return Math.max(0, Math.ceil(left / 1000)) + 1;
}

/** Exponential, from five seconds to five minutes. */
export function retryDelaySeconds(receiveCount: number): number {
  return Math.min(LAST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** (receiveCount - 1));
}
