import { randomUUID } from 'node:crypto';
import { STAGES } from '../../../../shared/pipeline/stages.ts';
import { systemClock } from '../../../../shared/pipeline/system-clock.ts';
import { VirtualClock } from '../../../../tools/local/aws/clock.ts';
import { LocalQueues, type LocalQueue, type QueueSettings } from '../../../../tools/local/aws/queues.ts';
import { queuesContract } from '../../../shared/pipeline/ports/queues.ts';

const settings = (name: string, fields: Partial<QueueSettings> = {}): QueueSettings => ({
  name,
  url: `https://sqs.local/${name}`,
  arn: `arn:aws:sqs:local:0:${name}`,
  visibilitySeconds: 30,
  delaySeconds: 0,
  ...fields,
});

function open(fields: Partial<QueueSettings> = {}) {
  const clock = new VirtualClock(1_000);
  let ids = 0;
  const queues = new LocalQueues(
    [
      settings('work', {
        redrive: { deadLetterArn: 'arn:aws:sqs:local:0:dead', maxReceiveCount: 2 },
        ...fields,
      }),
      settings('dead'),
    ],
    { clock, randomId: () => `id-${++ids}` },
  );
  return { clock, queues, work: queues.get('work'), dead: queues.get('dead') };
}

test('a message that is not deleted comes again, with a new receipt and a higher count', async () => {
  const { clock, work } = open();
  const id = work.send('hello');
  await clock.advance(500);
  const [first] = work.receive(10);
  expect(first).toMatchObject({
    messageId: id,
    body: 'hello',
    sentAt: 1_000,
    receiveCount: 1,
    firstReceivedAt: 1_500,
  });
  expect(work.receive(10)).toEqual([]);
  await clock.advance(30_000);
  const [second] = work.receive(10);
  expect(second).toMatchObject({ messageId: id, sentAt: 1_000, receiveCount: 2, firstReceivedAt: 1_500 });
  expect(second.receipt).not.toBe(first.receipt);
  work.delete(first.receipt);
  expect(work.counts()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
  work.delete(second.receipt);
  expect(work.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
});

test('a message that was received too often goes to the dead-letter queue as it is, and its receives count on', async () => {
  const { clock, work, dead } = open();
  const id = work.send('poison');
  for (let receive = 0; receive < 2; receive++) {
    expect(work.receive(10)).toHaveLength(1);
    await clock.advance(30_000);
  }
  expect(dead.counts().visible).toBe(0);
  expect(work.receive(10)).toEqual([]);
  const deadLetterSourceArn = 'arn:aws:sqs:local:0:work';
  const kept = { messageId: id, body: 'poison', sentAt: 1_000, firstReceivedAt: 1_000, deadLetterSourceArn };
  expect(dead.receive(10)).toMatchObject([{ ...kept, receiveCount: 3 }]);
  await clock.advance(30_000);
  expect(dead.receive(10)).toMatchObject([{ ...kept, receiveCount: 4 }]);
});

test('a delay hides a message, and a change of visibility brings it back early', async () => {
  const { clock, work } = open({ delaySeconds: 5 });
  work.send('late');
  work.send('now', { delaySeconds: 0 });
  expect(work.counts()).toEqual({ visible: 1, inFlight: 0, delayed: 1 });
  const [message] = work.receive(10);
  work.changeVisibility(message.receipt, 2);
  await clock.advance(1_999);
  expect(work.receive(10)).toEqual([]);
  await clock.advance(1);
  expect(work.receive(10).map(({ body }) => body)).toEqual(['now']);
  await clock.advance(3_000);
  expect(work.receive(10).map(({ body }) => body)).toEqual(['late']);
});

test('what SQS refuses is refused', () => {
  const { work, queues } = open();
  const message = 'x'.repeat(1_048_576);
  work.send(message);
  const [received] = work.receive(1);
  const refused = (name: string) => expect.objectContaining({ name });
  const failing: [() => unknown, string][] = [
    [() => work.send(`${message}x`), 'InvalidParameterValue'],
    [() => work.send(''), 'MissingParameter'],
    [() => work.send('late', { delaySeconds: 901 }), 'InvalidParameterValue'],
    [() => work.receive(0), 'InvalidParameterValue'],
    [() => work.receive(11), 'InvalidParameterValue'],
    [() => work.delete('nothing'), 'ReceiptHandleIsInvalid'],
    [() => work.changeVisibility(received.receipt, 43_201), 'InvalidParameterValue'],
    [() => work.changeVisibility('nothing', 1), 'ReceiptHandleIsInvalid'],
    [() => queues.get('other'), 'QueueDoesNotExist'],
  ];
  for (const [request, name] of failing) expect(request).toThrow(refused(name));
  work.delete(received.receipt);
  expect(() => work.changeVisibility(received.receipt, 1)).toThrow(refused('InvalidParameterValue'));
});

test('the visibility of a message may be changed after its time, until it is received again', async () => {
  const { clock, work } = open();
  work.send('hello');
  const [first] = work.receive(1);
  await clock.advance(30_000);
  work.changeVisibility(first.receipt, 5);
  expect(work.receive(1)).toEqual([]);
  await clock.advance(5_000);
  expect(work.receive(1)).toHaveLength(1);
  const stale = expect.objectContaining({ name: 'InvalidParameterValue' }) as Error;
  expect(() => work.changeVisibility(first.receipt, 5)).toThrow(stale);
});

describe('a fair queue', () => {
  /** As many messages of the run are received, and left in flight. */
  const inFlight = (work: LocalQueue, count: number, groupId?: string) => {
    for (let sent = 0; sent < count; sent++) work.send('in flight', { groupId });
    for (let received = 0; received < count; received += 1) work.receive(1);
  };
  const orderOf = (work: LocalQueue) => {
    work.send('alone');
    work.send('loud 1', { groupId: 'loud' });
    work.send('loud 2', { groupId: 'loud' });
    work.send('quiet', { groupId: 'quiet' });
    return work.receive(10).map(({ body }) => body);
  };

  test('hands out the messages of other groups first while one has 30 or more in flight', () => {
    const { work } = open();
    inFlight(work, 30, 'loud');
    expect(orderOf(work)).toEqual(['alone', 'quiet', 'loud 1', 'loud 2']);
  });

  test.each([
    ['under 30', 29, 0],
    ['no more than a tenth of all', 30, 270],
  ])('keeps the order while a group has %s in flight', (_, loud, others) => {
    const { work } = open();
    inFlight(work, loud, 'loud');
    // Messages without a group are no group together.
    inFlight(work, others);
    expect(orderOf(work)).toEqual(['alone', 'loud 1', 'loud 2', 'quiet']);
  });

  test('takes a group for quiet again when its messages are done', () => {
    const { work } = open();
    for (let sent = 0; sent < 30; sent++) work.send('in flight', { groupId: 'loud' });
    for (let received = 0; received < 30; received++) work.delete(work.receive(1)[0].receipt);
    expect(orderOf(work)).toEqual(['alone', 'loud 1', 'loud 2', 'quiet']);
  });
});

test('a listener is told when a message becomes visible, and not before', async () => {
  const { clock, work } = open();
  const told: number[] = [];
  work.onAvailable(() => void told.push(clock.now()));
  work.send('a', { delaySeconds: 10 });
  await clock.advance(10_000);
  expect(told).toEqual([11_000]);
  work.close();
  expect(clock.pending).toBe(0);
});

test('dead-letter queues that are missing, or that form a ring, are refused', () => {
  const environment = { clock: new VirtualClock(), randomId: () => 'id' };
  const to = (name: string) => ({
    redrive: { deadLetterArn: `arn:aws:sqs:local:0:${name}`, maxReceiveCount: 1 },
  });
  expect(() => new LocalQueues([settings('a', to('b'))], environment)).toThrow('no queue');
  expect(() => new LocalQueues([settings('a', to('b')), settings('b', to('a'))], environment)).toThrow('ring');
});

let queues: LocalQueues | undefined;
afterAll(() => queues?.close());

queuesContract('in memory', () => {
  const opened = (queues = new LocalQueues(
    STAGES.map((stage) => settings(stage, { visibilitySeconds: 60 })),
    {
      clock: systemClock,
      randomId: randomUUID,
    },
  ));
  return Promise.resolve({
    queues: {
      send: (message) => Promise.resolve(void opened.get(message.stage).send(JSON.stringify(message))),
      changeVisibility: (stage, { receipt }, seconds) =>
        Promise.resolve(opened.get(stage).changeVisibility(receipt, seconds)),
    },
    receive: (stage) => Promise.resolve(opened.get(stage).receive(1).at(0)),
  });
});
