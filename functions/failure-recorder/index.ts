import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { consoleLog } from '../../shared/aws/console-log';
import { DynamoTable } from '../../shared/aws/dynamo-table';
import { environment } from '../../shared/aws/environment';
import { RunStore } from '../../shared/pipeline/run-store';
import { systemClock } from '../../shared/pipeline/system-clock';
import { recordFailure } from './handler';

const env = environment('TABLE_NAME');
const deps = {
  store: new RunStore(new DynamoTable(new DynamoDBClient({}), env.TABLE_NAME)),
  clock: systemClock,
  log: consoleLog({ function: 'failure-recorder' }),
};

export const handler = (event: unknown) => recordFailure(deps, event);
