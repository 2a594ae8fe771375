/** The Sweeper: runs that died without saying so are marked, and a forecast that is overdue is noticed. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { consoleLog } from '../../shared/aws/console-log.ts';
import { DynamoTable } from '../../shared/aws/dynamo-table.ts';
import { environment } from '../../shared/aws/environment.ts';
import { StepFunctionsExecutions } from '../../shared/aws/step-functions.ts';
import { RunStore } from '../../shared/pipeline/table/run-store.ts';
import { systemClock } from '../../shared/pipeline/system-clock.ts';
import { sweepOnce } from './handler.ts';

const env = environment('TABLE_NAME', 'STATE_MACHINE_ARN', 'SCHEDULE_HOURS_UTC', 'PUBLISH_WITHIN_MINUTES');
const deps = {
  store: new RunStore(new DynamoTable(new DynamoDBClient({}), env.TABLE_NAME)),
  executions: new StepFunctionsExecutions(new SFNClient({}), env.STATE_MACHINE_ARN),
  clock: systemClock,
  log: consoleLog({ function: 'sweeper' }),
  expected: {
    scheduleHoursUtc: (env.SCHEDULE_HOURS_UTC.match(/\d+/g) ?? []).map(Number),
    publishWithinMinutes: Number(env.PUBLISH_WITHIN_MINUTES),
  },
};

export const handler = () => sweepOnce(deps);
