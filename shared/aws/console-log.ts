import type { LogEvent } from '../pipeline/log-events.ts';
import type { Log } from '../pipeline/ports.ts';
import { embeddedMetrics } from './metrics.ts';

/**
 * One JSON line a call on standard output, for CloudWatch Logs. Written past `console`, which would wrap it:
 * Lambda takes a line with `timestamp` and `level` as it is.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
export function consoleLog(fixed: Readonly<Record<string, unknown>>): Log {
  const line =
    (level: string) =>
    (event: LogEvent, fields: Readonly<Record<string, unknown>> = {}) => {
      const now = Date.now();
      const timestamp = new Date(now).toISOString();
      const all = { timestamp, level, event, ...fixed, ...fields, ...embeddedMetrics(event, fields, now) };
      process.stdout.write(`${JSON.stringify(all)}\n`);
    };
  return { info: line('INFO'), warn: line('WARN'), error: line('ERROR') };
}
