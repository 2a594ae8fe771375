/** The stack as it was deployed onto a local cloud, by the plain AWS SDK. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SESClient, VerifyEmailIdentityCommand } from '@aws-sdk/client-ses';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoTable } from '../../shared/aws/dynamo-table.ts';
import type { RunId } from '../../shared/pipeline/messages.ts';
import { STAGE_CATALOGUE, type Stage } from '../../shared/pipeline/stages.ts';
import { RunStore } from '../../shared/pipeline/table/run-store.ts';
import { configOf } from '../../infra/config.ts';
import type { Outputs } from './deploy.ts';
import type { LocalCloud } from './mini-stack.ts';

/** Sets these requests apart from the functions'. */
export const OPERATOR = 'operator';

/** Asks until the answer is there. @throws Error when the time is over, with what was waited for */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, seconds = 60): Promise<T> {
  const until = Date.now() + seconds * 1000;
  while (Date.now() < until) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await wait(200);
  }
  throw new Error(`Waited ${seconds} seconds in vain for ${what}.`);
}

/** A mail as the local cloud kept it. */
export interface MailboxMail {
  readonly MessageId: string;
  readonly To: readonly string[];
  readonly Subject: string;
  readonly BodyText: string;
}

/** Clients of the deployed stack's parts, and what tests and load runs ask of them. */
export class DeployedStack {
  readonly sqs: SQSClient;
  readonly sfn: SFNClient;
  readonly lambda: LambdaClient;
  readonly s3: S3Client;
  readonly ses: SESClient;
  readonly store: RunStore;
  protected readonly settings;

  constructor(
    protected readonly cloud: LocalCloud,
    readonly outputs: Outputs,
  ) {
    const credentials = { accessKeyId: OPERATOR, secretAccessKey: 'test' };
    const settings = { endpoint: cloud.endpoint, region: 'us-east-1', credentials };
    this.settings = settings;
    this.sqs = new SQSClient(settings);
    this.sfn = new SFNClient(settings);
    this.lambda = new LambdaClient(settings);
    this.s3 = new S3Client({ ...settings, forcePathStyle: true });
    this.ses = new SESClient(settings);
    this.store = new RunStore(new DynamoTable(new DynamoDBClient(settings), outputs.TableName));
  }

  /** SES sends nothing from an address that nobody has verified. */
  async verifyAddresses(): Promise<void> {
    const { mailFrom, mailTo } = configOf('dev');
    for (const EmailAddress of [mailFrom, ...mailTo])
      await this.ses.send(new VerifyEmailIdentityCommand({ EmailAddress }));
  }

  async upload(folder: string, prefix: string): Promise<void> {
    for (const file of readdirSync(folder)) {
      const Body = readFileSync(join(folder, file));
      await this.s3.send(new PutObjectCommand({ Bucket: this.outputs.BucketName, Key: `${prefix}/${file}`, Body }));
    }
  }

  async read(key: string): Promise<string> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.outputs.BucketName, Key: key }));
    if (!Body) throw new Error(`${key} is empty.`);
    return Body.transformToString();
  }

  /** Starts an execution with the plain SDK. */
  async start(name: string, input: object): Promise<RunId> {
    const { StateMachineArn: stateMachineArn } = this.outputs;
    await this.sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
    return name as RunId;
  }

  protected executionArn(runId: RunId): string {
    return `${this.outputs.StateMachineArn.replace(':stateMachine:', ':execution:')}:${runId}`;
  }

  /** How the execution ended. @throws Error when the time is over */
  ended(runId: RunId, seconds?: number): Promise<string> {
    const executionArn = this.executionArn(runId);
    const ask = async () => {
      const { status } = await this.sfn.send(new DescribeExecutionCommand({ executionArn }));
      return status === 'RUNNING' ? undefined : status;
    };
    return eventually(`the end of ${runId}`, ask, seconds);
  }

  queueOf(stage: Stage): string {
    return this.outputs[STAGE_CATALOGUE[stage].queueOutput];
  }

  /** The queue that a queue's messages go to when their deliveries are used up. */
  async deadLettersOf(queueUrl: string): Promise<string> {
    const { Attributes } = await this.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['RedrivePolicy'] }),
    );
    const policy = JSON.parse(Attributes?.RedrivePolicy ?? '{}') as { deadLetterTargetArn: string };
    const name = policy.deadLetterTargetArn.slice(policy.deadLetterTargetArn.lastIndexOf(':') + 1);
    return queueUrl.slice(0, queueUrl.lastIndexOf('/') + 1) + name;
  }

  /** Messages that are waiting or being handled. */
  async depth(queueUrl: string): Promise<number> {
    const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
    const { Attributes } = await this.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...names] }),
    );
    return names.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0);
  }

  /** What SES has sent. */
  async mailbox(): Promise<readonly MailboxMail[]> {
    const answer = await fetch(`${this.cloud.endpoint}/_ministack/ses/messages`);
    const { messages } = (await answer.json()) as { messages: Record<string, MailboxMail[]> };
    return Object.values(messages).flat();
  }
}
