/**
 * Standard SQS queues in memory: at least once, receipts, visibility, delays and dead-letter queues.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html
 */
import type { Delivery } from '../../../shared/pipeline/messages.ts';
import type { Clock } from '../../../shared/pipeline/ports.ts';

/** Bytes of one message. */
const MAX_MESSAGE_BYTES = 1_048_576;
/** Messages of one receive. */
export const MAX_BATCH_ENTRIES = 10;
/** A group with at least so many messages in flight, and more than this share of all that are, is noisy. */
const NOISY_MESSAGES = 30;
const NOISY_SHARE = 0.1;
const MAX_VISIBILITY_SECONDS = 43_200;
const MAX_DELAY_SECONDS = 900;

/** A request that SQS refuses; its name is SQS's own. */
class QueueRequestRefused extends Error {
  constructor(
    override readonly name:
      'InvalidParameterValue' | 'MissingParameter' | 'ReceiptHandleIsInvalid' | 'QueueDoesNotExist',
    message: string,
  ) {
    super(message);
  }
}

export interface QueueSettings {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly visibilitySeconds: number;
  /** Seconds for which a new message stays invisible. */
  readonly delaySeconds: number;
  /** After so many receives without a deletion, a message goes to `deadLetterArn`. */
  readonly redrive?: { readonly deadLetterArn: string; readonly maxReceiveCount: number };
}

interface Message {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  /** For fair delivery; a message without one is a group of its own. */
  readonly groupId: string | undefined;
  /** Of a dead letter: the ARN of the queue that it was in. */
  readonly deadLetterSourceArn: string | undefined;
  receiveCount: number;
  firstReceivedAt: number | undefined;
  visibleAt: number;
  /** The newest receipt; an older one does nothing. Undefined before the first receive. */
  receipt: string | undefined;
}

/** A delivery with what Lambda's event adds to it. */
export interface ReceivedMessage extends Delivery {
  /** Milliseconds since the epoch. */
  readonly firstReceivedAt: number;
  readonly groupId: string | undefined;
  readonly deadLetterSourceArn: string | undefined;
}

export interface SendOptions {
  /** Instead of the queue's own delay. */
  readonly delaySeconds?: number | undefined;
  /** SQS's MessageGroupId. */
  readonly groupId?: string | undefined;
}

interface QueueEnvironment {
  readonly clock: Clock;
  /** Makes message ids and receipts. */
  readonly randomId: () => string;
}

export class LocalQueue {
  private readonly messages = new Map<string, Message>();
  private readonly listeners = new Set<() => void>();
  private cancelWake = (): void => undefined;

  constructor(
    readonly settings: QueueSettings,
    private readonly environment: QueueEnvironment,
    private readonly deadLetters?: LocalQueue,
  ) {}

  /**
   * @returns the message's id
   * @throws QueueRequestRefused for an empty body, one beyond 1 MiB, or a delay beyond 15 minutes
   */
  send(body: string, { delaySeconds = this.settings.delaySeconds, groupId }: SendOptions = {}): string {
    if (body === '') throw new QueueRequestRefused('MissingParameter', 'There is no message body.');
    if (Buffer.byteLength(body, 'utf8') > MAX_MESSAGE_BYTES) {
      throw new QueueRequestRefused('InvalidParameterValue', `A message has at most ${MAX_MESSAGE_BYTES} bytes.`);
    }
    checkWhole(delaySeconds, 0, MAX_DELAY_SECONDS, 'DelaySeconds');
    const now = this.environment.clock.now();
    const id = this.environment.randomId();
    this.add({
      id,
      body,
      sentAt: now,
      groupId,
      deadLetterSourceArn: undefined,
      receiveCount: 0,
      firstReceivedAt: undefined,
      visibleAt: now + delaySeconds * 1000,
      receipt: undefined,
    });
    return id;
  }

  /**
   * Up to `max` visible messages, those of noisy groups last. One that was received too often goes to the dead-letter
   * queue instead.
   *
   * @param max 1 to 10
   * @throws QueueRequestRefused
   */
  receive(max: number): ReceivedMessage[] {
    checkWhole(max, 1, MAX_BATCH_ENTRIES, 'MaxNumberOfMessages');
    const now = this.environment.clock.now();
    const received: ReceivedMessage[] = [];
    for (const message of this.visible(now)) {
      if (received.length === max) break;
      if (!this.moveToDeadLetters(message)) received.push(this.deliver(message, now));
    }
    this.scheduleWake();
    return received;
  }

  /**
   * Does nothing where the receipt is not the message's newest, as SQS may.
   * @throws QueueRequestRefused for what no receive has given
   */
  delete(receipt: string): void {
    const message = this.byReceipt(receipt);
    if (message) this.messages.delete(message.id);
  }

  /**
   * Makes a message that was received visible again after `seconds`, 0 being at once; also one that is visible
   * already, as long as nobody has received it since.
   *
   * @throws QueueRequestRefused for more than 12 hours, for what no receive has given, and, by another name, for the
   * receipt of a message that is deleted or was received again: recorded on AWS, as is that the documented
   * MessageNotInflight does not occur (https://github.com/localstack/localstack/pull/6103, /9632)
   */
  changeVisibility(receipt: string, seconds: number): void {
    checkWhole(seconds, 0, MAX_VISIBILITY_SECONDS, 'VisibilityTimeout');
    const message = this.byReceipt(receipt);
    const now = this.environment.clock.now();
    if (!message) {
      throw new QueueRequestRefused('InvalidParameterValue', 'The message does not exist, or was received again.');
    }
    message.visibleAt = now + seconds * 1000;
    this.changed();
  }

  /** Messages by state, as GetQueueAttributes counts them. */
  counts(): { readonly visible: number; readonly inFlight: number; readonly delayed: number } {
    const now = this.environment.clock.now();
    const all = [...this.messages.values()];
    const hidden = all.filter((message) => message.visibleAt > now);
    const inFlight = this.inFlight(now).length;
    return { visible: all.length - hidden.length, inFlight, delayed: hidden.length - inFlight };
  }

  /** Calls `listener` whenever there may be something to receive; the returned function ends that. */
  onAvailable(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Stops the queue's timer; no listener is told of messages any more. */
  close(): void {
    this.listeners.clear();
    this.cancelWake();
  }

  private add(message: Message): void {
    this.messages.set(message.id, message);
    this.changed();
  }

  private deliver(message: Message, now: number): ReceivedMessage {
    message.receiveCount += 1;
    message.firstReceivedAt ??= now;
    message.visibleAt = now + this.settings.visibilitySeconds * 1000;
    const receipt = `${message.id}#${this.environment.randomId()}`;
    message.receipt = receipt;
    const { id, body, sentAt, receiveCount, firstReceivedAt, groupId, deadLetterSourceArn } = message;
    return { messageId: id, body, sentAt, receiveCount, firstReceivedAt, receipt, groupId, deadLetterSourceArn };
  }

  /**
   * Moves a message that was received too often; it keeps its id, the time at which it was sent, and its count of
   * receives.
   * @returns whether it was moved
   */
  private moveToDeadLetters(message: Message): boolean {
    const { redrive } = this.settings;
    if (!redrive || !this.deadLetters || message.receiveCount < redrive.maxReceiveCount) return false;
    this.messages.delete(message.id);
    const { arn } = this.settings;
    this.deadLetters.add({
      ...message,
      deadLetterSourceArn: arn,
      visibleAt: this.environment.clock.now(),
      receipt: undefined,
    });
    return true;
  }

  private inFlight(now: number): Message[] {
    return [...this.messages.values()].filter(({ receipt, visibleAt }) => receipt !== undefined && visibleAt > now);
  }

  /**
   * What can be received. A fair queue hands out what belongs to quiet groups before what belongs to a noisy one:
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
   */
  private visible(now: number): Message[] {
    const visible = [...this.messages.values()].filter(({ visibleAt }) => visibleAt <= now);
    const inFlight = this.inFlight(now);
    const sizes = new Map<string | undefined, number>();
    for (const { groupId } of inFlight) sizes.set(groupId, (sizes.get(groupId) ?? 0) + 1);
    const isNoisy = ({ groupId }: Message) => {
      const size = groupId === undefined ? 0 : (sizes.get(groupId) ?? 0);
      return size >= NOISY_MESSAGES && size > inFlight.length * NOISY_SHARE;
    };
    return [...visible.filter((message) => !isNoisy(message)), ...visible.filter(isNoisy)];
  }

  private byReceipt(receipt: string): Message | undefined {
    if (!receipt.includes('#')) throw new QueueRequestRefused('ReceiptHandleIsInvalid', 'This is no receipt.');
    const message = this.messages.get(receipt.slice(0, receipt.lastIndexOf('#')));
    return message?.receipt === receipt ? message : undefined;
  }

  private changed(): void {
    const now = this.environment.clock.now();
    if ([...this.messages.values()].some((message) => message.visibleAt <= now)) {
      for (const listener of [...this.listeners]) listener();
    }
    this.scheduleWake();
  }

  /** One timer, for the next message that becomes visible. */
  private scheduleWake(): void {
    this.cancelWake();
    if (this.listeners.size === 0) return;
    const now = this.environment.clock.now();
    const next = [...this.messages.values()]
      .map((message) => message.visibleAt)
      .filter((visibleAt) => visibleAt > now)
      .reduce((first, visibleAt) => Math.min(first, visibleAt), Number.POSITIVE_INFINITY);
    if (next < Number.POSITIVE_INFINITY) {
      this.cancelWake = this.environment.clock.schedule(next - now, () => this.changed());
    }
  }
}

function checkWhole(value: number, least: number, most: number, field: string): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new QueueRequestRefused('InvalidParameterValue', `${field} must be a whole number from ${least} to ${most}.`);
}

/** The queues of a template, joined to their dead-letter queues. */
export class LocalQueues {
  private readonly queues = new Map<string, LocalQueue>();

  /** @throws Error where a redrive policy names a queue that is not there */
  constructor(
    private readonly settings: readonly QueueSettings[],
    private readonly environment: QueueEnvironment,
  ) {
    for (const one of settings) this.open(one, []);
  }

  /** @param id a queue's URL, ARN or name @throws QueueRequestRefused */
  get(id: string): LocalQueue {
    const found = this.settings.find(({ url, arn, name }) => id === url || id === arn || id === name);
    const queue = found && this.queues.get(found.arn);
    if (!queue) throw new QueueRequestRefused('QueueDoesNotExist', `There is no queue ${id}.`);
    return queue;
  }

  /** SendMessage, as a state machine calls it. */
  async sendMessage(queueUrl: string, body: string, groupId?: string): Promise<{ messageId: string }> {
    return Promise.resolve({ messageId: this.get(queueUrl).send(body, { groupId }) });
  }

  close(): void {
    for (const queue of this.queues.values()) queue.close();
  }

  private open(settings: QueueSettings, above: readonly string[]): LocalQueue {
    const existing = this.queues.get(settings.arn);
    if (existing) return existing;
    if (above.includes(settings.arn)) throw new Error(`The dead-letter queues of ${settings.name} form a ring.`);
    const deadLetterArn = settings.redrive?.deadLetterArn;
    const target = this.settings.find(({ arn }) => arn === deadLetterArn);
    if (deadLetterArn !== undefined && !target)
      throw new Error(`${settings.name}: there is no queue ${deadLetterArn}.`);
    const deadLetters = target && this.open(target, [...above, settings.arn]);
    const queue = new LocalQueue(settings, this.environment, deadLetters);
    this.queues.set(settings.arn, queue);
    return queue;
  }
}
