/** The deployed stack as its users reach it: the plain AWS SDK, and the command line. */
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  LambdaClient,
  InvokeCommand,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SESClient, VerifyEmailIdentityCommand } from '@aws-sdk/client-ses';
import {
  DescribeExecutionCommand,
  paginateGetExecutionHistory,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { DynamoTable } from '../../shared/aws/dynamo-table';
import type { RunId } from '../../shared/pipeline/messages';
import { RunStore } from '../../shared/pipeline/run-store';
import { configOf } from '../../infra/config';
import type { Outputs } from '../../tools/local-cloud/deploy';
import type { LocalCloud } from '../../tools/local-cloud/mini-stack';

const LARDER = resolve('tools/larder.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `larder …` in a folder, as a process of its own. */
export function larder(
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((done) => {
    const env = { ...process.env, NODE_NO_WARNINGS: '1', ...environment };
    const child = spawn(process.execPath, [LARDER, ...args], { cwd, env });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}

/** Sets the tests' own requests apart from the functions'. */
const OPERATOR = 'operator';

/** Asks until the answer is there. @throws Error after a minute, with what was waited for */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const until = Date.now() + 60_000;
  while (Date.now() < until) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await wait(200);
  }
  throw new Error(`Waited a minute in vain for ${what}.`);
}

export interface MailboxMail {
  readonly MessageId: string;
  readonly To: readonly string[];
  readonly Subject: string;
  readonly BodyText: string;
}

/** One deployed stack. */
export class Account {
  readonly sqs: SQSClient;
  readonly sfn: SFNClient;
  readonly lambda: LambdaClient;
  readonly eventBridge: EventBridgeClient;
  readonly s3: S3Client;
  readonly ses: SESClient;
  readonly cloudTrail: CloudTrailClient;
  readonly store: RunStore;

  constructor(
    private readonly cloud: LocalCloud,
    readonly outputs: Outputs,
  ) {
    const credentials = { accessKeyId: OPERATOR, secretAccessKey: 'test' };
    const settings = { endpoint: cloud.endpoint, region: 'us-east-1', credentials };
    this.sqs = new SQSClient(settings);
    this.sfn = new SFNClient(settings);
    this.lambda = new LambdaClient(settings);
    this.eventBridge = new EventBridgeClient(settings);
    this.s3 = new S3Client({ ...settings, forcePathStyle: true });
    this.ses = new SESClient(settings);
    this.cloudTrail = new CloudTrailClient(settings);
    this.store = new RunStore(new DynamoTable(new DynamoDBClient(settings), outputs.TableName));
  }

  /** `larder … --on aws` reads where it speaks to from its environment. */
  larder(args: readonly string[], cwd: string): Promise<Ended> {
    return larder(args, cwd, this.cloud.environment);
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
      await this.s3.send(
        new PutObjectCommand({ Bucket: this.outputs.BucketName, Key: `${prefix}/${file}`, Body }),
      );
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

  /** States that the execution has entered. */
  async transitions(runId: RunId): Promise<number> {
    let entered = 0;
    const request = { executionArn: this.executionArn(runId) };
    for await (const { events } of paginateGetExecutionHistory({ client: this.sfn }, request))
      entered += events?.filter(({ type }) => type?.endsWith('StateEntered')).length ?? 0;
    return entered;
  }

  private executionArn(runId: RunId): string {
    return `${this.outputs.StateMachineArn.replace(':stateMachine:', ':execution:')}:${runId}`;
  }

  /** How the execution ended. */
  ended(runId: RunId): Promise<string> {
    const executionArn = this.executionArn(runId);
    return eventually(`the end of ${runId}`, async () => {
      const { status } = await this.sfn.send(new DescribeExecutionCommand({ executionArn }));
      return status === 'RUNNING' ? undefined : status;
    });
  }

  async stop(runId: RunId): Promise<void> {
    await this.sfn.send(new StopExecutionCommand({ executionArn: this.executionArn(runId) }));
  }

  /** Has the sweeper look now, and not when it is due. @throws Error where it fails */
  async sweep(): Promise<void> {
    const { Functions = [] } = await this.lambda.send(new ListFunctionsCommand({}));
    const sweeper = Functions.find(({ FunctionName }) => FunctionName?.includes('Sweeper'));
    const answer = await this.lambda.send(new InvokeCommand({ FunctionName: sweeper?.FunctionName }));
    if (answer.FunctionError) throw new Error(answer.Payload?.transformToString());
  }

  /** Whether the stage's worker takes messages. */
  async connect(queueUrl: string, Enabled: boolean): Promise<void> {
    const name = queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
    const { EventSourceMappings = [] } = await this.lambda.send(new ListEventSourceMappingsCommand({}));
    const mapping = EventSourceMappings.find(({ EventSourceArn }) => EventSourceArn?.endsWith(`:${name}`));
    if (!mapping) throw new Error(`Nobody takes messages from ${name}.`);
    await this.lambda.send(new UpdateEventSourceMappingCommand({ UUID: mapping.UUID, Enabled }));
  }

  /** Takes one message off a queue. */
  take(queueUrl: string): Promise<string> {
    return eventually(`a message in ${queueUrl}`, async () => {
      const { Messages } = await this.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 1 }),
      );
      const message = Messages?.[0];
      if (!message) return undefined;
      await this.sqs.send(
        new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }),
      );
      return message.Body;
    });
  }

  async send(queueUrl: string, body: string): Promise<void> {
    await this.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
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

  /** How often the functions have asked for an action, such as `dynamodb:PutItem`. */
  async requests(name: string): Promise<number> {
    const [service, AttributeValue] = name.split(':');
    const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue }];
    const found = new Set<string>();
    let count = 0;
    // It gives the newest fifty up to a time, and no token for the next: a page ends where the last began.
    let EndTime: Date | undefined;
    for (;;) {
      const request = { LookupAttributes, ...(EndTime ? { EndTime } : {}) };
      const { Events = [] } = await this.cloudTrail.send(new LookupEventsCommand(request));
      const fresh = Events.filter(({ EventId = '' }) => !found.has(EventId));
      if (fresh.length === 0) break;
      for (const { EventId = '', EventSource, Username } of fresh) {
        found.add(EventId);
        if (Username !== OPERATOR && EventSource === `${service}.amazonaws.com`) count += 1;
      }
      EndTime = new Date((fresh[fresh.length - 1].EventTime?.getTime() ?? 0) + 1);
    }
    return count;
  }

  /** What SES has sent. */
  async mailbox(): Promise<readonly MailboxMail[]> {
    const answer = await fetch(`${this.cloud.endpoint}/_ministack/ses/messages`);
    const { messages } = (await answer.json()) as { messages: Record<string, MailboxMail[]> };
    return Object.values(messages).flat();
  }
}
