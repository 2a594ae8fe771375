import type { SQSEvent } from 'aws-lambda';
import { handleBatch } from '../../../../shared/pipeline/stage/sqs-batch.ts';
import { VirtualClock } from '../../../../tools/local/aws/clock.ts';
import { EventSource } from '../../../../tools/local/aws/event-source.ts';
import { LocalFunction, type Handler, type InvocationContext } from '../../../../tools/local/aws/functions.ts';
import { LocalQueue } from '../../../../tools/local/aws/queues.ts';

function open(handler: Handler, options: Partial<ConstructorParameters<typeof EventSource>[2]> = {}) {
  const clock = new VirtualClock(0);
  let ids = 0;
  const randomId = () => `id-${++ids}`;
  const queue = new LocalQueue(
    { name: 'work', url: 'url', arn: 'arn:aws:sqs:local:0:work', visibilitySeconds: 60, delaySeconds: 0 },
    { clock, randomId },
  );
  const fn = new LocalFunction(handler, { name: 'worker', timeoutSeconds: 10, clock, randomId });
  const source = new EventSource(queue, (event) => fn.invoke(event), {
    batchSize: 10,
    maxConcurrency: 2,
    reportBatchItemFailures: true,
    ...options,
  });
  return { clock, queue, source };
}

const bodies = (event: unknown) => (event as SQSEvent).Records.map(({ body }) => body);

test('a real batch handler gets its records, and what it handles is deleted', async () => {
  const seen: unknown[] = [];
  const { queue, source, clock } = open((event) =>
    handleBatch(event as SQSEvent, (delivery) => {
      seen.push(delivery);
      return Promise.resolve();
    }),
  );
  const messageId = queue.send('hello');
  await source.idle();
  expect(seen).toEqual([
    {
      messageId,
      body: 'hello',
      receipt: expect.stringContaining(messageId) as string,
      sentAt: 0,
      receiveCount: 1,
    },
  ]);
  expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  expect(clock.pending).toBe(0);
});

test('a record has the fields that Lambda gives it', async () => {
  const events: SQSEvent[] = [];
  const { queue, source } = open((event) => void events.push(event as SQSEvent));
  queue.send('hello');
  await source.idle();
  expect(events[0].Records[0]).toEqual({
    messageId: 'id-1',
    receiptHandle: 'id-1#id-2',
    body: 'hello',
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: 'local',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '5d41402abc4b2a76b9719d911017c592',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:local:0:work',
    awsRegion: 'local',
  });
});

test("a record names its message's group, and of a dead letter the queue that it comes from", async () => {
  const clock = new VirtualClock(0);
  let ids = 0;
  const environment = { clock, randomId: () => `id-${++ids}` };
  const settings = (name: string) => ({
    name,
    url: name,
    arn: `arn:aws:sqs:local:0:${name}`,
    visibilitySeconds: 60,
    delaySeconds: 0,
  });
  const dead = new LocalQueue(settings('dead'), environment);
  const redrive = { deadLetterArn: dead.settings.arn, maxReceiveCount: 1 };
  const work = new LocalQueue({ ...settings('work'), redrive }, environment, dead);
  const attributes: unknown[] = [];
  const invoke = (event: SQSEvent) => {
    attributes.push(...event.Records.map((record) => record.attributes));
    return Promise.resolve({ ok: false, error: 'Error', message: '' } as const);
  };
  const options = { batchSize: 10, maxConcurrency: 1, reportBatchItemFailures: true };
  const sources = [work, dead].map((queue) => new EventSource(queue, invoke, options));
  work.send('poison', { groupId: 'run-1' });
  await clock.advance(60_000);
  const common = {
    SentTimestamp: '0',
    SenderId: 'local',
    ApproximateFirstReceiveTimestamp: '0',
    MessageGroupId: 'run-1',
  };
  expect(attributes).toEqual([
    { ...common, ApproximateReceiveCount: '1' },
    { ...common, ApproximateReceiveCount: '2', DeadLetterQueueSourceArn: 'arn:aws:sqs:local:0:work' },
  ]);
  await Promise.all(sources.map((source) => source.close()));
});

test('only the messages that the function reports come again, when their visibility has run out', async () => {
  const calls: string[][] = [];
  const { queue, source, clock } = open((event) => {
    calls.push(bodies(event));
    if (calls.length > 1) return undefined;
    const [, second] = (event as SQSEvent).Records;
    return { batchItemFailures: [{ itemIdentifier: second.messageId }] };
  });
  queue.send('a', { delaySeconds: 1 });
  queue.send('b', { delaySeconds: 1 });
  await clock.advance(1_000);
  await source.idle();
  await clock.advance(59_999);
  expect(calls).toEqual([['a', 'b']]);
  await clock.advance(1);
  expect(calls).toEqual([['a', 'b'], ['b']]);
});

const wholeBatch: [name: string, handler: Handler][] = [
  ['throws', () => Promise.reject(new Error('broken'))],
  ['reports an id that it was not given', () => ({ batchItemFailures: [{ itemIdentifier: 'other' }] })],
  ['reports no id', () => ({ batchItemFailures: [{}] })],
  ['reports something else', () => ({ batchItemFailures: 'all' })],
];

test.each(wholeBatch)('a function that %s fails the whole batch', async (_, handler) => {
  const { queue, source } = open(handler);
  queue.send('a');
  queue.send('b');
  await source.idle();
  expect(queue.counts()).toEqual({ visible: 0, inFlight: 2, delayed: 0 });
});

test('without reports, a batch succeeds as one', async () => {
  const { queue, source } = open((event) => ({ batchItemFailures: [{ itemIdentifier: bodies(event)[0] }] }), {
    reportBatchItemFailures: false,
  });
  queue.send('a');
  await source.idle();
  expect(queue.counts().inFlight).toBe(0);
});

test('a function that outlasts its timeout has failed, and is told', async () => {
  const signals: AbortSignal[] = [];
  const { queue, clock } = open((_, context: InvocationContext) => {
    signals.push(context.signal);
    return new Promise(() => undefined);
  });
  queue.send('a');
  await clock.advance(9_999);
  expect(signals[0].aborted).toBe(false);
  await clock.advance(1);
  expect(signals[0].aborted).toBe(true);
  expect(queue.counts().inFlight).toBe(1);
  await clock.advance(50_000);
  expect(signals).toHaveLength(2);
});

test('no more calls run at once than MaximumConcurrency; closing waits for them', async () => {
  const waiting: (() => void)[] = [];
  const { queue, source, clock } = open(() => new Promise<void>((resolve) => waiting.push(resolve)), {
    batchSize: 1,
  });
  for (const body of ['a', 'b', 'c', 'd']) queue.send(body);
  expect(waiting).toHaveLength(2);
  waiting[0]();
  await clock.advance(0);
  expect(waiting).toHaveLength(3);
  let closed = false;
  const closing = source.close().then(() => (closed = true));
  await clock.advance(0);
  expect(closed).toBe(false);
  waiting.forEach((finish) => finish());
  await closing;
  expect(queue.counts()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
});
