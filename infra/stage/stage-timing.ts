import { LEASE_SECONDS } from '../../shared/pipeline/table/lease.ts';
import { ConfigError } from '../config-error.ts';

/**
 * The clocks of a callback stage, derived from one another.
 *
 * A message waits in its queue, is handled, and, when its delivery is lost, comes back after the visibility
 * timeout V, at most R times, before it goes to the dead-letter queue, whose consumer answers for it. The task that
 * waits for the answer must outlast all that; its heartbeat clock starts at state entry, so it must outlast
 * the wait and one lost delivery. V is for deliveries that no worker took up: one that has claimed its stage
 * shortens it to little more than its lease (shared/pipeline/stage/heartbeat.ts).
 */
export interface StageTiming {
  readonly functionTimeoutSeconds: number;
  /** V */
  readonly visibilitySeconds: number;
  /** R */
  readonly maxReceiveCount: number;
  readonly queueWaitSeconds: number;
  /** Of the dead-letter consumer. */
  readonly deadLetterFunctionSeconds: number;
  /** After so long a dead letter that was busy, or whose consumer died, is looked at again. */
  readonly deadLetterVisibilitySeconds: number;
  readonly deadLetterLatencySeconds: number;
  readonly heartbeatSeconds: number;
  readonly timeoutSeconds: number;
}

/**
 * "Set the maxReceiveCount on the source queue's redrive policy to at least 5": a batch that Lambda turns away for
 * want of executions counts as received. "Set the visibility timeout to at least six times the function timeout".
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
const MIN_RECEIVE_COUNT = 5;
const MIN_VISIBILITY_RATIO = 6;
/** It reads and writes a few items. */
const DEAD_LETTER_FUNCTION_SECONDS = 30;
const MARGIN_SECONDS = 60;
/** SQS keeps a message so long, where nothing else is said: four days. */
const RETENTION_SECONDS = 345_600;

/** What a deployment may set; everything else follows. */
export type TimingSettings = {
  readonly [K in 'functionTimeoutSeconds' | 'queueWaitSeconds' | 'heartbeatSeconds' | 'timeoutSeconds']?:
    number | undefined;
};

/** @throws {@link ConfigError} with a sentence for the first rule that the settings break */
export function stageTiming(settings: TimingSettings = {}): StageTiming {
  const { functionTimeoutSeconds = 120, queueWaitSeconds = 300 } = settings;
  const visibilitySeconds = MIN_VISIBILITY_RATIO * functionTimeoutSeconds;
  const deadLetterVisibilitySeconds = MIN_VISIBILITY_RATIO * DEAD_LETTER_FUNCTION_SECONDS;
  const timing = {
    functionTimeoutSeconds,
    visibilitySeconds,
    maxReceiveCount: MIN_RECEIVE_COUNT,
    queueWaitSeconds,
    deadLetterFunctionSeconds: DEAD_LETTER_FUNCTION_SECONDS,
    deadLetterVisibilitySeconds,
    deadLetterLatencySeconds: busySeconds(functionTimeoutSeconds) + deadLetterVisibilitySeconds,
    heartbeatSeconds: settings.heartbeatSeconds ?? queueWaitSeconds + visibilitySeconds + MARGIN_SECONDS,
  };
  const timeoutSeconds = settings.timeoutSeconds ?? answeredSeconds(timing) + MARGIN_SECONDS;
  return checkTiming({ ...timing, timeoutSeconds });
}

/** How long a worker that is still at it may keep a dead letter from being answered. */
function busySeconds(functionTimeoutSeconds: number): number {
  return functionTimeoutSeconds + LEASE_SECONDS;
}

/** When the last of those who answer a task has certainly done so. */
function answeredSeconds(timing: Omit<StageTiming, 'timeoutSeconds' | 'heartbeatSeconds'>): number {
  const { queueWaitSeconds, maxReceiveCount, visibilitySeconds, deadLetterLatencySeconds } = timing;
  return queueWaitSeconds + maxReceiveCount * visibilitySeconds + deadLetterLatencySeconds;
}

/** @throws {@link ConfigError} with a sentence for the first rule that is broken */
export function checkTiming(timing: StageTiming): StageTiming {
  const { visibilitySeconds: v, queueWaitSeconds: wait } = timing;
  const answered = answeredSeconds(timing);
  const busy = busySeconds(timing.functionTimeoutSeconds);
  const rules: readonly [boolean, string][] = [
    [
      timing.functionTimeoutSeconds <= 900,
      `a function may run for 900 s at most, not ${timing.functionTimeoutSeconds} s`,
    ],
    [
      v >= MIN_VISIBILITY_RATIO * timing.functionTimeoutSeconds,
      `the visibility timeout (${v} s) must be at least 6 times the function's (${timing.functionTimeoutSeconds} s)`,
    ],
    [
      timing.deadLetterVisibilitySeconds >= MIN_VISIBILITY_RATIO * timing.deadLetterFunctionSeconds,
      `the dead letters' visibility timeout (${timing.deadLetterVisibilitySeconds} s) must be at least 6 times their consumer's (${timing.deadLetterFunctionSeconds} s)`,
    ],
    [
      timing.maxReceiveCount >= MIN_RECEIVE_COUNT,
      `a message must be received ${MIN_RECEIVE_COUNT} times at least before it is a dead letter, not ${timing.maxReceiveCount} times`,
    ],
    [
      timing.deadLetterLatencySeconds >= busy + timing.deadLetterVisibilitySeconds,
      `a dead letter's latency (${timing.deadLetterLatencySeconds} s) must outlast a worker's last lease (${busy} s) and one visibility timeout of its own (${timing.deadLetterVisibilitySeconds} s)`,
    ],
    [
      timing.heartbeatSeconds > wait + v,
      `the heartbeat (${timing.heartbeatSeconds} s) must outlast the queue wait and one visibility timeout (${wait + v} s)`,
    ],
    [
      timing.heartbeatSeconds < timing.timeoutSeconds,
      `the heartbeat (${timing.heartbeatSeconds} s) must be shorter than the task's timeout (${timing.timeoutSeconds} s)`,
    ],
    [
      timing.timeoutSeconds <= RETENTION_SECONDS,
      `the task's timeout (${timing.timeoutSeconds} s) must not outlast its message, which a queue keeps for ${RETENTION_SECONDS} s`,
    ],
    [
      timing.timeoutSeconds > answered,
      `the task's timeout (${timing.timeoutSeconds} s) must outlast every delivery and the dead-letter consumer (${answered} s)`,
    ],
  ];
  const broken = rules.find(([holds]) => !holds);
  if (broken) throw new ConfigError(`The timing of the stages cannot work: ${broken[1]}.`);
  return timing;
}

/** How long a run that died may look as if it went on; the freshness alarm's resolution as well. */
export const SWEEP_MINUTES = 5;
