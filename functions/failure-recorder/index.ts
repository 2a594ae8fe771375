import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { consoleLog } from '../../shared/aws/console-log.ts';
import { DynamoTable } from '../../shared/aws/dynamo-table.ts';
import { environment } from '../../shared/aws/environment.ts';
import { RunStore } from '../../shared/pipeline/table/run-store.ts';
import { systemClock } from '../../shared/pipeline/system-clock.ts';
import { recordFailure } from './handler.ts';
import { isMailReport, recordMailReport } from './mail-report.ts';

const env = environment('TABLE_NAME', 'CODE_VERSION');
const deps = {
  store: new RunStore(new DynamoTable(new DynamoDBClient({}), env.TABLE_NAME)),
  clock: systemClock,
  codeVersion: env.CODE_VERSION,
  log: consoleLog({ function: 'failure-recorder' }),
};

export const handler = (event: unknown) =>
  isMailReport(event) ? recordMailReport(deps, event) : recordFailure(deps, event);
