/** The deployed stack, by its outputs and the ordinary AWS environment: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoTable } from '../../shared/aws/dynamo-table.ts';
import { S3Blobs, s3InputFiles } from '../../shared/aws/s3.ts';
import { SqsQueues } from '../../shared/aws/sqs-queues.ts';
import { StepFunctionsExecutions } from '../../shared/aws/step-functions.ts';
import { INPUT_FILES } from '../../shared/domain/input/input-files.ts';
import type { RunId } from '../../shared/pipeline/messages.ts';
import { RunStore } from '../../shared/pipeline/table/run-store.ts';
import { byStage, STAGE_CATALOGUE, STAGES } from '../../shared/pipeline/stages.ts';
import * as z from '../../shared/pipeline/schema.ts';
import { STACK_NAME } from '../../infra/config.ts';
import type { Backend } from './backend.ts';
import { UsageError } from '../cli/errors.ts';

const POLL_MS = 1000;

const QUEUE_OUTPUTS = STAGES.map((stage) => STAGE_CATALOGUE[stage].queueOutput);
const outputsSchema = z.record(z.enum(['StateMachineArn', 'TableName', 'BucketName', ...QUEUE_OUTPUTS]), z.string());
type Outputs = z.infer<typeof outputsSchema>;

/** Opens the deployed stack. @throws {@link UsageError} where there is no stack, no region or no right to read it */
export async function openAwsBackend(): Promise<Backend> {
  const outputs = await findOutputs();
  const s3 = new S3Client({ forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined });
  const sfn = new SFNClient({});
  const executions = new StepFunctionsExecutions(sfn, outputs.StateMachineArn);
  const bucket = outputs.BucketName;
  const published = new S3Blobs(s3, bucket, 'published/');
  return {
    place: 'aws',
    store: new RunStore(new DynamoTable(new DynamoDBClient({}), outputs.TableName)),
    executions,
    queues: new SqsQueues(
      new SQSClient({}),
      byStage((stage) => outputs[STAGE_CATALOGUE[stage].queueOutput]),
    ),
    pollMs: POLL_MS,
    artifacts: new S3Blobs(s3, bucket),
    published: ({ runId, revision }, file) => published.get(`${runId}/r${revision}/${file}`),
    openInputs: (location) => s3InputFiles(s3, location),
    defaultInput: `s3://${bucket}/inputs`,
    bringInput: (folder) => upload(new S3Blobs(s3, bucket, 'inputs/'), bucket, folder),
    run: async (runId, request) => {
      await executions.start(runId, request);
      while ((await executions.status(runId)) === 'RUNNING') await wait(POLL_MS);
    },
    causeOf: (runId) => causeOf(sfn, outputs, runId),
    close: () => Promise.resolve(),
  };
}

async function findOutputs(): Promise<Outputs> {
  try {
    const { Stacks = [] } = await new CloudFormationClient({}).send(
      new DescribeStacksCommand({ StackName: STACK_NAME }),
    );
    const outputs = (Stacks.at(0)?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]);
    const parsed = outputsSchema.safeParse(Object.fromEntries(outputs));
    if (parsed.success) return parsed.data;
    throw new UsageError(`The stack ${STACK_NAME} lacks outputs; deploy it again: npx cdk deploy`);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { name, message, code } = error as Error & { code?: string };
    const why = message === '' ? (code ?? name) : message;
    throw new UsageError(
      `The deployed stack ${STACK_NAME} cannot be reached (${why}). Deploy it with: npx cdk deploy. ` +
        'AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL say where.',
      { cause: error },
    );
  }
}

/** Under a name made of what is in the files, so that the same inputs are the same place. */
async function upload(inputs: S3Blobs, bucket: string, folder: string): Promise<string> {
  const names = (await readdir(resolve(folder))).filter((name) => INPUT_FILES.some((file) => file === name)).sort();
  const files = await Promise.all(names.map(async (name) => ({ name, body: await readFile(join(folder, name)) })));
  const hash = createHash('sha256');
  for (const { name, body } of files) hash.update(`${name} ${body.length}\n`).update(body);
  const prefix = hash.digest('hex').slice(0, 16);
  for (const { name, body } of files) await inputs.put(`${prefix}/${name}`, body, 'text/csv; charset=utf-8');
  return `s3://${bucket}/inputs/${prefix}`;
}

async function causeOf(sfn: SFNClient, outputs: Outputs, runId: RunId): Promise<string> {
  const arn = `${outputs.StateMachineArn.replace(':stateMachine:', ':execution:')}:${runId}`;
  const { error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
  return `${error ?? 'no error'}: ${cause ?? 'no cause'}`;
}
