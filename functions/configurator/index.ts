import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { consoleLog } from '../../shared/aws/console-log';
import { DynamoTable } from '../../shared/aws/dynamo-table';
import { environment } from '../../shared/aws/environment';
import { s3InputFiles } from '../../shared/aws/s3';
import { RunStore } from '../../shared/pipeline/run-store';
import { configure, type ConfiguratorDeps } from './handler';

const env = environment('TABLE_NAME', 'BUCKET_NAME');
const s3 = new S3Client({});
const deps: ConfiguratorDeps = {
  store: new RunStore(new DynamoTable(new DynamoDBClient({}), env.TABLE_NAME)),
  openInputs: (location) => s3InputFiles(s3, location),
  defaultInput: `s3://${env.BUCKET_NAME}/inputs`,
  log: consoleLog({ function: 'configurator' }),
};

export const handler = (event: unknown) => configure(deps, event);
