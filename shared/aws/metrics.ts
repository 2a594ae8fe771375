/**
 * The metrics that AWS does not count by itself, made from log lines: CloudWatch takes them out of a line that
 * says so (the embedded metric format), and no request is needed.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */

import { LogEvent } from '../pipeline/log-events.ts';

export const METRIC_NAMESPACE = 'Larder';

export interface LogMetric {
  /** The log event that it is made from. */
  readonly event: LogEvent;
  readonly name: string;
  readonly unit: 'Count' | 'Milliseconds';
  /** The line's field that holds the value; without one each line counts 1. */
  readonly field?: string;
  /** The line's field that tells kinds apart. */
  readonly dimension?: 'stage';
}

export const LOG_METRICS: readonly LogMetric[] = [
  {
    event: LogEvent.StageCommitted,
    name: 'StageDuration',
    unit: 'Milliseconds',
    field: 'durationMs',
    dimension: 'stage',
  },
  { event: LogEvent.StageRetrying, name: 'StageRetries', unit: 'Count', dimension: 'stage' },
  { event: LogEvent.StageFailed, name: 'StageFailures', unit: 'Count', dimension: 'stage' },
  { event: LogEvent.MessageQuarantined, name: 'MessagesBuried', unit: 'Count' },
  { event: LogEvent.RevisionPublished, name: 'WeeksComplete', unit: 'Count', field: 'weeksComplete' },
  { event: LogEvent.RevisionPublished, name: 'WeeksFailed', unit: 'Count', field: 'weeksFailed' },
  { event: LogEvent.MailSent, name: 'MailsSent', unit: 'Count' },
  { event: LogEvent.MailFailed, name: 'MailsFailed', unit: 'Count' },
  { event: LogEvent.MailReturned, name: 'MailsReturned', unit: 'Count' },
  { event: LogEvent.RunSwept, name: 'RunsInterrupted', unit: 'Count' },
  { event: LogEvent.ForecastChecked, name: 'ForecastOverdue', unit: 'Count', field: 'overdue' },
];

/** What a log line gets besides its fields; nothing where no metric is made from it. */
export function embeddedMetrics(
  event: LogEvent,
  fields: Readonly<Record<string, unknown>>,
  timestamp: number,
): Readonly<Record<string, unknown>> {
  const metrics = LOG_METRICS.filter((metric) => metric.event === event);
  if (metrics.length === 0) return {};
  const values = metrics.map(({ name, field }) => [name, field === undefined ? 1 : fields[field]] as const);
  const CloudWatchMetrics = metrics.map(({ name, unit, dimension }) => ({
    Namespace: METRIC_NAMESPACE,
    Dimensions: [dimension === undefined ? [] : [dimension]],
    Metrics: [{ Name: name, Unit: unit }],
  }));
  return { _aws: { Timestamp: timestamp, CloudWatchMetrics }, ...Object.fromEntries(values) };
}
