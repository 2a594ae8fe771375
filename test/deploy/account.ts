/** The deployed stack as its users reach it: the plain AWS SDK, and the command line. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  InvokeCommand,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { paginateGetExecutionHistory, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { RunId } from '../../shared/pipeline/messages.ts';
import { DeployedStack, eventually, OPERATOR } from '../../tools/local-cloud/deployed-stack.ts';

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

/** One deployed stack. */
export class Account extends DeployedStack {
  readonly eventBridge = new EventBridgeClient(this.settings);
  readonly cloudTrail = new CloudTrailClient(this.settings);

  /** `larder … --on aws` reads where it speaks to from its environment. */
  larder(args: readonly string[], cwd: string): Promise<Ended> {
    return larder(args, cwd, this.cloud.environment);
  }

  /** States that the execution has entered. */
  async transitions(runId: RunId): Promise<number> {
    let entered = 0;
    const request = { executionArn: this.executionArn(runId) };
    for await (const { events } of paginateGetExecutionHistory({ client: this.sfn }, request))
      entered += events?.filter(({ type }) => type?.endsWith('StateEntered')).length ?? 0;
    return entered;
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

  /**
   * Has the stack hear of a mail as SES would tell it. MiniStack sends none of SES's events, and EventBridge takes
   * none from others in its name: the stack's rule is copied, with its target, for events of another source.
   */
  async reportMail(detailType: string, runId: RunId, revision: number, report: object): Promise<void> {
    const { Rules = [] } = await this.eventBridge.send(new ListRulesCommand({}));
    const rule = Rules.find(({ EventPattern }) => EventPattern?.includes('aws.ses'));
    const { Targets } = await this.eventBridge.send(new ListTargetsByRuleCommand({ Rule: rule?.Name }));
    const pattern = JSON.parse(rule?.EventPattern ?? '{}') as { detail: { mail: { tags: object } } };
    const [Name, Source] = ['as-from-ses', 'test.ses'];
    const EventPattern = JSON.stringify({ ...pattern, source: [Source] });
    await this.eventBridge.send(new PutRuleCommand({ Name, EventPattern }));
    await this.eventBridge.send(new PutTargetsCommand({ Rule: Name, Targets }));
    const tags = { ...pattern.detail.mail.tags, runId: [runId], revision: [String(revision)] };
    const mail = { messageId: 'from-ses', timestamp: new Date().toISOString(), tags };
    const event = { Source, DetailType: detailType, Detail: JSON.stringify({ mail, ...report }) };
    await this.eventBridge.send(new PutEventsCommand({ Entries: [event] }));
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
      await this.sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }));
      return message.Body;
    });
  }

  async send(queueUrl: string, body: string): Promise<void> {
    await this.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
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
}
