/**
 * The metrics that AWS does not count by itself, made from log lines: CloudWatch takes them out of a line that
 * says so (the embedded metric format), and no request is needed.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */

export const METRIC_NAMESPACE = 'Larder';

export interface LogMetric {
  /** The log event that it is made from. */
  readonly event: string;
  readonly name: string;
  readonly unit: 'Count' | 'Milliseconds';
  /** The line's field that holds the value; without one each line counts 1. */
  readonly field?: string;
  /** The line's field that tells kinds apart. */
  readonly dimension?: 'stage';
}

export const LOG_METRICS: readonly LogMetric[] = [
  {
    event: 'stage.committed',
    name: 'StageDuration',
    unit: 'Milliseconds',
    field: 'durationMs',
    dimension: 'stage',
  },
  { event: 'stage.retrying', name: 'StageRetries', unit: 'Count', dimension: 'stage' },
  { event: 'stage.failed', name: 'StageFailures', unit: 'Count', dimension: 'stage' },
  { event: 'message.buried', name: 'MessagesBuried', unit: 'Count' },
  { event: 'revision.published', name: 'WeeksComplete', unit: 'Count', field: 'weeksComplete' },
  { event: 'revision.published', name: 'WeeksFailed', unit: 'Count', field: 'weeksFailed' },
  { event: 'mail.sent', name: 'MailsSent', unit: 'Count' },
  { event: 'mail.failed', name: 'MailsFailed', unit: 'Count' },
  { event: 'run.swept', name: 'RunsInterrupted', unit: 'Count' },
  { event: 'forecast.checked', name: 'ForecastOverdue', unit: 'Count', field: 'overdue' },
];

/** What a log line gets besides its fields; nothing where no metric is made from it. */
export function embeddedMetrics(
  event: string,
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
