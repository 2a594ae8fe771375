import { LogEvent } from '../../shared/pipeline/log-events.ts';
import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Watched } from './metrics.ts';

interface SavedQuery {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Questions to the logs that come up at night; every line has its run, week, stage and attempt. */
export const QUERIES = {
  failures: {
    title: 'What failed',
    lines: [
      'fields timestamp, runId, week, stage, attempt, error, message',
      'filter level in ["WARN", "ERROR"]',
      'sort timestamp desc',
      'limit 100',
    ],
  },
  run: {
    title: 'One run from start to end',
    lines: [
      'fields timestamp, event, week, stage, attempt, decision, error, message',
      'filter runId = "put the run here"',
      'sort timestamp asc',
      'limit 10000',
    ],
  },
  slowest: {
    title: 'The slowest stages',
    lines: [
      `filter event = "${LogEvent.StageCommitted}"`,
      'stats count(*) as weeks, avg(durationMs), pct(durationMs, 95), max(durationMs) by stage, runId',
      'sort `max(durationMs)` desc',
    ],
  },
  retries: {
    title: 'Attempts by error',
    lines: [
      `filter event in ["${LogEvent.StageRetrying}", "${LogEvent.StageFailed}", "${LogEvent.DeliveryReturned}"]`,
      'stats count(*) as times by stage, error, bin(1h)',
    ],
  },
  buried: {
    title: 'Messages that nobody could handle',
    lines: [
      'fields timestamp, runId, week, stage, error, message, key',
      `filter event = "${LogEvent.MessageQuarantined}"`,
      'sort timestamp desc',
    ],
  },
  mails: {
    title: 'Mails',
    lines: [
      'fields timestamp, runId, revision, event, messageId, error, message',
      'filter event like /^mail\\./',
      'sort timestamp desc',
    ],
  },
} as const satisfies Readonly<Record<string, SavedQuery>>;

/** Saves them where Logs Insights lists queries, under Larder/. */
export function saveQueries(scope: Construct, { functions }: Watched): void {
  const logGroupNames = Object.values(functions).map((lambda) => lambda.logGroup.logGroupName);
  for (const [name, { title, lines }] of Object.entries(QUERIES)) {
    new CfnQueryDefinition(scope, `Query-${name}`, {
      name: `Larder/${title}`,
      queryString: lines.join('\n| '),
      logGroupNames,
    });
  }
}
