/** The metrics that alarms and dashboard share. */
import { MathExpression, Metric, Stats, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { LOG_METRICS, METRIC_NAMESPACE } from '../../shared/aws/metrics.ts';
import type { Stage } from '../../shared/pipeline/stages.ts';
import type { LarderFunction } from '../functions/larder-function.ts';
import type { WeekStage } from '../stage/week-stage.ts';

/** What is looked at: queues, functions and the state machine by their role. */
export interface Watched {
  readonly stateMachine: StateMachine;
  readonly stages: Readonly<Record<Stage, WeekStage>>;
  /** What EventBridge could not deliver. */
  readonly undelivered: IQueue;
  readonly functions: Readonly<Record<string, LarderFunction>>;
}

/** The resolution of every metric here. */
export const PERIOD = Duration.minutes(5);

/** A metric made from log lines. @throws Error for one that no log line is made into */
export function logMetric(
  name: string,
  { stage, statistic = Stats.SUM }: { readonly stage?: Stage; readonly statistic?: string } = {},
): Metric {
  if (!LOG_METRICS.some((metric) => metric.name === name)) throw new Error(`No log line makes ${name}.`);
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: name,
    ...(stage === undefined ? {} : { dimensionsMap: { stage }, label: stage }),
    statistic,
    period: PERIOD,
  });
}

/** Messages in a queue, those being handled among them. */
export function depthOf(queue: IQueue, label = 'messages'): IMetric {
  const props = { period: PERIOD, statistic: Stats.MAXIMUM };
  return new MathExpression({
    expression: `${label}Visible + ${label}InFlight`,
    usingMetrics: {
      [`${label}Visible`]: queue.metricApproximateNumberOfMessagesVisible(props),
      [`${label}InFlight`]: queue.metricApproximateNumberOfMessagesNotVisible(props),
    },
    period: PERIOD,
    label,
  });
}
