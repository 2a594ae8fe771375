/** A standard queue with its event source: at least once, in any order, with visibility and a dead-letter queue. */
import type { SqsEvent } from '../../../../../shared/pipeline/stage/sqs-batch.ts';
import type { Op } from '../plan.ts';
import type { Process } from './process.ts';
import type { SimulatedCloud } from './simulated-cloud.ts';

interface Message {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  receiveCount: number;
  visibleAt: number;
  receipt: string;
}

export interface QueueSettings {
  readonly name: string;
  readonly visibilitySeconds: number;
  readonly maxReceiveCount: number;
  /** Messages handled at once. */
  readonly concurrency: number;
  /** Told whose answer acknowledged a message, also where the acknowledgement is lost. */
  readonly onAcknowledged: (by: Process) => void;
}

/** Runs the consumer; `done` says whether it handled the message. */
export type Consumer = (event: SqsEvent, messageId: string, done: (handled: boolean, by: Process) => void) => void;

export class SimQueue {
  private readonly messages = new Map<string, Message>();
  private running = 0;
  private receipts = 0;

  constructor(
    private readonly cloud: SimulatedCloud,
    private readonly settings: QueueSettings,
    private readonly consumer: Consumer,
    private readonly deadLetters?: SimQueue,
  ) {}

  /** @returns the message's id */
  send(body: string): string {
    const id = this.cloud.newId('m');
    this.add({ id, body, sentAt: this.cloud.scheduler.now(), receiveCount: 0, visibleAt: 0, receipt: '' });
    return id;
  }

  /** Moves what is not in flight to another queue, under new ids: an operator's redrive. @returns the new ids */
  redriveTo(target: SimQueue): string[] {
    const now = this.cloud.scheduler.now();
    const moving = [...this.messages.values()].filter(({ visibleAt }) => visibleAt <= now);
    return moving.map(({ id, body }) => {
      this.messages.delete(id);
      return target.send(body);
    });
  }

  /** ChangeMessageVisibility, also of a message that is visible again. @throws Error where the receipt is not its newest */
  changeVisibility(receipt: string, seconds: number): void {
    const message = this.messages.get(receipt.slice(0, receipt.indexOf('/')));
    if (message?.receipt !== receipt) throw new Error('ReceiptHandleIsInvalid');
    this.show(message, seconds);
  }

  /** Whether nobody handles a message of the queue now. */
  get isIdle(): boolean {
    return this.running === 0;
  }

  private add(message: Message): void {
    this.messages.set(message.id, message);
    this.show(message, this.cloud.latency() / 1000);
  }

  private show(message: Message, seconds: number): void {
    message.visibleAt = this.cloud.scheduler.now() + seconds * 1000;
    this.cloud.scheduler.schedule(seconds * 1000, () => this.poll());
  }

  private poll(): void {
    const now = this.cloud.scheduler.now();
    while (this.running < this.settings.concurrency) {
      const visible = [...this.messages.values()].filter(({ visibleAt }) => visibleAt <= now);
      if (visible.length === 0) return;
      const message = visible.length === 1 ? visible[0] : this.cloud.random.pick(visible);
      if (message.receiveCount >= this.settings.maxReceiveCount) this.moveToDeadLetters(message);
      else this.receive(message);
    }
  }

  private moveToDeadLetters(message: Message): void {
    this.messages.delete(message.id);
    this.cloud.note(() => `${this.settings.name} ${message.id} goes to the dead letters`);
    this.deadLetters?.add({ ...message, receipt: '' });
  }

  private receive(message: Message): void {
    message.receiveCount += 1;
    message.receipt = `${message.id}/${++this.receipts}`;
    this.show(message, this.settings.visibilitySeconds);
    this.running += 1;
    const record = recordOf(message);
    const free = () => {
      this.running -= 1;
      this.poll();
    };
    const fault = this.fault('queue.deliver', message);
    if (!fault) return this.deliver(record, free);
    switch (fault.kind) {
      case 'duplicate':
      case 'lost-answer':
      case 'own-conflict': {
        this.deliver(record, free);
        // At least once: the queue delivers the same message another time, beyond its concurrency.
        const again = { ...record, attributes: { ...record.attributes, ApproximateReceiveCount: '2' } };
        this.cloud.scheduler.schedule(fault.seconds * 1000, () => this.deliver(again, () => undefined));
        return;
      }
      case 'error':
      case 'crash-before':
      case 'crash-after':
        // The function never started; the message comes back when its time is over.
        this.cloud.scheduler.schedule(1, free);
        return;
      default:
        this.cloud.scheduler.schedule(fault.seconds * 1000, () => this.deliver(record, free));
    }
  }

  private deliver(record: SqsEvent['Records'][number], free: () => void): void {
    const { messageId, receiptHandle } = record;
    this.cloud.note(() => `${this.settings.name} delivers ${messageId} (${record.attributes.ApproximateReceiveCount})`);
    this.consumer({ Records: [record] }, messageId, (handled, by) => {
      if (handled) this.acknowledge(messageId, receiptHandle, by);
      free();
    });
  }

  private acknowledge(id: string, receipt: string, by: Process): void {
    const message = this.messages.get(id);
    if (!message) return;
    const fault = this.fault('queue.acknowledge', message);
    const lost = fault !== undefined && !fault.kind.startsWith('slow');
    this.cloud.note(() => `${this.settings.name} ${id} acknowledged${lost ? ' (lost)' : ''}`);
    this.settings.onAcknowledged(by);
    if (lost || message.receipt !== receipt) return;
    this.cloud.scheduler.schedule((fault?.seconds ?? 0) * 1000, () => void this.messages.delete(id));
  }

  private fault(op: Op, message: Message) {
    return this.cloud.faults.hit({ op, role: this.settings.name, subject: message.id });
  }
}

function recordOf(message: Message): SqsEvent['Records'][number] {
  return {
    messageId: message.id,
    receiptHandle: message.receipt,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(message.sentAt),
    },
  };
}
