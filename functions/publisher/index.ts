import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { consoleLog } from '../../shared/aws/console-log.ts';
import { DynamoTable } from '../../shared/aws/dynamo-table.ts';
import { environment } from '../../shared/aws/environment.ts';
import { EventBridgeEvents } from '../../shared/aws/event-bridge.ts';
import { S3Blobs } from '../../shared/aws/s3.ts';
import { sesClient, SesMailer } from '../../shared/aws/ses-mailer.ts';
import { RunStore } from '../../shared/pipeline/table/run-store.ts';
import { systemClock } from '../../shared/pipeline/system-clock.ts';
import type { PublisherDeps } from './deps.ts';
import { publish } from './handler.ts';
import { parseThresholds } from '../../shared/report/alerts/thresholds.ts';

const env = environment(
  'TABLE_NAME',
  'BUCKET_NAME',
  'MAIL_FROM',
  'MAIL_TO',
  'MAIL_CONFIGURATION_SET',
  'EVENT_BUS_NAME',
);
const s3 = new S3Client({});
const published = {
  blobs: new S3Blobs(s3, env.BUCKET_NAME, 'published/'),
  location: `s3://${env.BUCKET_NAME}/published`,
};
const deps: PublisherDeps = {
  store: new RunStore(new DynamoTable(new DynamoDBClient({}), env.TABLE_NAME)),
  artifacts: new S3Blobs(s3, env.BUCKET_NAME),
  published: () => published,
  mailer: new SesMailer(sesClient(), env.MAIL_CONFIGURATION_SET),
  mail: {
    from: env.MAIL_FROM,
    to: env.MAIL_TO.split(','),
    ...(process.env['MAIL_REPLY_TO'] ? { replyTo: process.env['MAIL_REPLY_TO'] } : {}),
  },
  thresholds: parseThresholds(process.env['LARDER_ALERT_THRESHOLDS']),
  events: new EventBridgeEvents(new EventBridgeClient({}), env.EVENT_BUS_NAME),
  clock: systemClock,
  log: consoleLog({ function: 'publisher' }),
};

export const handler = (event: unknown) => publish(deps, event);
