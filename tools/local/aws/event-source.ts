/**
 * Event source mappings: Lambda receives from a queue and deletes what a function has handled.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
import { createHash } from 'node:crypto';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import type { LambdaAnswer } from '../asl/index.ts';
import { isObject } from '../is-object.ts';
import { MAX_BATCH_ENTRIES, type LocalQueue, type ReceivedMessage } from './queues.ts';

export interface EventSourceOptions {
  readonly batchSize: number;
  /** Calls of the function at once. */
  readonly maxConcurrency: number;
  /** The function answers with the messages that failed; otherwise a batch fails or succeeds as one. */
  readonly reportBatchItemFailures: boolean;
}

/** Polls by being told: it receives when the queue says that there may be a message. */
export class EventSource {
  private running = 0;
  private open = true;
  private readonly unsubscribe: () => void;
  private readonly waiters = new Set<() => void>();

  /** @param invoke calls the function; must not reject */
  constructor(
    private readonly queue: LocalQueue,
    private readonly invoke: (event: SQSEvent) => Promise<LambdaAnswer>,
    private readonly options: EventSourceOptions,
  ) {
    this.unsubscribe = queue.onAvailable(() => this.poll());
    this.poll();
  }

  /** Resolves once no call is running and no message is visible; messages that wait for their time may be left. */
  async idle(): Promise<void> {
    while (this.running > 0) await new Promise<void>((resolve) => this.waiters.add(resolve));
  }

  /** Receives no more, and resolves when the running calls have ended. */
  async close(): Promise<void> {
    this.open = false;
    this.unsubscribe();
    await this.idle();
  }

  private poll(): void {
    while (this.open && this.running < this.options.maxConcurrency) {
      // Counted before the receive, which may tell us of a message while it runs.
      this.running += 1;
      const messages = this.queue.receive(Math.min(this.options.batchSize, MAX_BATCH_ENTRIES));
      if (messages.length === 0) {
        this.running -= 1;
        return;
      }
      void this.handle(messages);
    }
  }

  private async handle(messages: readonly ReceivedMessage[]): Promise<void> {
    try {
      const answer = await this.invoke({ Records: messages.map((message) => this.record(message)) });
      const failed = this.failedOf(answer, messages);
      // A message that failed stays until its visibility timeout, or what the function has set instead.
      for (const message of messages) if (!failed.has(message.messageId)) this.queue.delete(message.receipt);
    } finally {
      this.running -= 1;
      this.poll();
      if (this.running === 0) this.wakeWaiters();
    }
  }

  private wakeWaiters(): void {
    const waiters = [...this.waiters];
    this.waiters.clear();
    for (const wake of waiters) wake();
  }

  private failedOf(answer: LambdaAnswer, messages: readonly ReceivedMessage[]): ReadonlySet<string> {
    const all = new Set(messages.map(({ messageId }) => messageId));
    if (!answer.ok) return all;
    if (!this.options.reportBatchItemFailures) return new Set();
    const failed = reportedFailures(answer.payload);
    return failed?.every((id) => all.has(id)) ? new Set(failed) : all;
  }

  private record(message: ReceivedMessage): SQSRecord {
    const { arn } = this.queue.settings;
    return {
      messageId: message.messageId,
      receiptHandle: message.receipt,
      body: message.body,
      attributes: {
        ApproximateReceiveCount: String(message.receiveCount),
        SentTimestamp: String(message.sentAt),
        SenderId: 'local',
        ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
        ...(message.groupId === undefined ? {} : { MessageGroupId: message.groupId }),
        ...(message.deadLetterSourceArn === undefined ? {} : { DeadLetterQueueSourceArn: message.deadLetterSourceArn }),
      },
      messageAttributes: {},
      md5OfBody: createHash('md5').update(message.body).digest('hex'),
      eventSource: 'aws:sqs',
      eventSourceARN: arn,
      awsRegion: arn.split(':')[3],
    };
  }
}

/** @returns undefined for a report that Lambda cannot read, which fails the whole batch */
function reportedFailures(payload: unknown): string[] | undefined {
  if (payload === null || payload === undefined) return [];
  if (!isObject(payload)) return undefined;
  const failures = payload.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return undefined;
  const ids = failures.map((failure: unknown) => (isObject(failure) ? failure.itemIdentifier : undefined));
  return ids.every((id) => typeof id === 'string' && id !== '') ? (ids as string[]) : undefined;
}
