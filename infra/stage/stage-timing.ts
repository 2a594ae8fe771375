import { ConfigError } from '../config-error.ts';

/**
 * The clocks of a callback stage, derived from one another.
 *
 * A message waits in its queue, is handled, and, when its worker dies, comes back after the visibility timeout
 * V, at most R times, before it goes to the dead-letter queue, whose consumer answers for it. The task that
 * waits for the answer must outlast all that; its heartbeat clock starts at state entry, so it must outlast
 * the wait and one lost delivery.
 */
export interface StageTiming {
  readonly functionTimeoutSeconds: number;
  /** V */
  readonly visibilitySeconds: number;
  /** R */
  readonly maxReceiveCount: number;
  readonly queueWaitSeconds: number;
  readonly deadLetterLatencySeconds: number;
  readonly heartbeatSeconds: number;
  readonly timeoutSeconds: number;
}

const MAX_RECEIVE_COUNT = 3;
const DEAD_LETTER_LATENCY_SECONDS = 300;
const MARGIN_SECONDS = 60;

/** What a deployment may set; everything else follows. */
export type TimingSettings = {
  readonly [K in 'functionTimeoutSeconds' | 'queueWaitSeconds' | 'heartbeatSeconds' | 'timeoutSeconds']?:
    number | undefined;
};

/** @throws {@link ConfigError} with a sentence for the first rule that the settings break */
export function stageTiming(settings: TimingSettings = {}): StageTiming {
  const { functionTimeoutSeconds = 120, queueWaitSeconds = 300 } = settings;
  // "Set the visibility timeout to at least six times the function timeout" (Lambda, Using SQS).
  const visibilitySeconds = 6 * functionTimeoutSeconds;
  const handled = queueWaitSeconds + MAX_RECEIVE_COUNT * visibilitySeconds + DEAD_LETTER_LATENCY_SECONDS;
  return checkTiming({
    functionTimeoutSeconds,
    visibilitySeconds,
    maxReceiveCount: MAX_RECEIVE_COUNT,
    queueWaitSeconds,
    deadLetterLatencySeconds: DEAD_LETTER_LATENCY_SECONDS,
    heartbeatSeconds: settings.heartbeatSeconds ?? queueWaitSeconds + visibilitySeconds + MARGIN_SECONDS,
    timeoutSeconds: settings.timeoutSeconds ?? handled + MARGIN_SECONDS,
  });
}

/** @throws {@link ConfigError} with a sentence for the first rule that is broken */
export function checkTiming(timing: StageTiming): StageTiming {
  const { visibilitySeconds: v, maxReceiveCount: r, queueWaitSeconds: wait } = timing;
  const answered = wait + r * v + timing.deadLetterLatencySeconds;
  const rules: readonly [boolean, string][] = [
    [
      timing.functionTimeoutSeconds <= 900,
      `a function may run for 900 s at most, not ${timing.functionTimeoutSeconds} s`,
    ],
    [
      v >= 6 * timing.functionTimeoutSeconds,
      `the visibility timeout (${v} s) must be at least 6 times the function's (${timing.functionTimeoutSeconds} s)`,
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
