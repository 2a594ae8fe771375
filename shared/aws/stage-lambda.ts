/** What the stages' workers and the dead-letter consumer share as Lambda functions on queues. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { RunStore } from '../pipeline/table/run-store.ts';
import type { PipelineDeps } from '../pipeline/deps.ts';
import { byStage, STAGE_CATALOGUE } from '../pipeline/stages.ts';
import { consoleLog } from './console-log.ts';
import { DynamoTable } from './dynamo-table.ts';
import { environment, QUEUE_VARIABLES } from './environment.ts';
import { S3Blobs } from './s3.ts';
import { SqsQueues } from './sqs-queues.ts';
import { StepFunctionsCallbacks, StepFunctionsExecutions } from './step-functions.ts';
import { systemClock } from '../pipeline/system-clock.ts';

/** The real dependencies of the stage protocol, from the environment; made once a container. */
export function stageDeps(functionName: string): PipelineDeps & { readonly s3: S3Client } {
  const env = environment('TABLE_NAME', 'BUCKET_NAME', 'STATE_MACHINE_ARN', ...QUEUE_VARIABLES);
  const s3 = new S3Client({});
  const sfn = new SFNClient({});
  return {
    s3,
    store: new RunStore(new DynamoTable(new DynamoDBClient({}), env.TABLE_NAME)),
    artifacts: new S3Blobs(s3, env.BUCKET_NAME),
    callbacks: new StepFunctionsCallbacks(sfn),
    executions: new StepFunctionsExecutions(sfn, env.STATE_MACHINE_ARN),
    queues: new SqsQueues(
      new SQSClient({}),
      byStage((stage) => env[STAGE_CATALOGUE[stage].queueVariable]),
    ),
    clock: systemClock,
    log: consoleLog({ function: functionName }),
  };
}
