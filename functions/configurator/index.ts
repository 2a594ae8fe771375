import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { consoleLog } from '../../shared/aws/console-log.ts';
import { DynamoTable } from '../../shared/aws/dynamo-table.ts';
import { environment } from '../../shared/aws/environment.ts';
import { s3InputFiles } from '../../shared/aws/s3.ts';
import { runLimitsOf } from '../../shared/pipeline/run/run-limits.ts';
import { RunStore } from '../../shared/pipeline/table/run-store.ts';
import { configure, type ConfiguratorDeps } from './handler.ts';

const env = environment(
  'TABLE_NAME',
  'BUCKET_NAME',
  'CODE_VERSION',
  'MAP_MODE',
  'MAX_CONCURRENCY',
  'PUBLISHER_MEMORY_MB',
);
const s3 = new S3Client({});
const deps: ConfiguratorDeps = {
  store: new RunStore(new DynamoTable(new DynamoDBClient({}), env.TABLE_NAME)),
  openInputs: (location) => s3InputFiles(s3, location),
  defaultInput: `s3://${env.BUCKET_NAME}/inputs`,
  codeVersion: env.CODE_VERSION,
  limits: runLimitsOf(env),
  log: consoleLog({ function: 'configurator' }),
};

export const handler = (event: unknown) => configure(deps, event);
