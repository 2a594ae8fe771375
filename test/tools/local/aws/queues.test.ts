import { randomUUID } from 'node:crypto';
import { STAGES } from '../../../../shared/pipeline/stages.ts';
import { systemClock } from '../../../../shared/pipeline/system-clock.ts';
import { VirtualClock } from '../../../../tools/local/aws/clock.ts';
import { LocalQueues, type QueueSettings } from '../../../../tools/local/aws/queues.ts';
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

test('a message that was received too often goes to the dead-letter queue with its id and its sending time', async () => {
  const { clock, work, dead } = open();
  const id = work.send('poison');
  for (let receive = 0; receive < 2; receive++) {
    expect(work.receive(10)).toHaveLength(1);
    await clock.advance(30_000);
  }
  expect(dead.counts().visible).toBe(0);
  expect(work.receive(10)).toEqual([]);
  expect(dead.receive(10)).toMatchObject([{ messageId: id, body: 'poison', sentAt: 1_000 }]);
});

test('a delay hides a message, and a change of visibility brings it back early', async () => {
  const { clock, work } = open({ delaySeconds: 5 });
  work.send('late');
  work.send('now', 0);
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

test('what SQS refuses is refused', async () => {
  const { clock, work, queues } = open();
  const message = 'x'.repeat(1_048_576);
  work.send(message);
  const [received] = work.receive(1);
  const refused = (name: string) => expect.objectContaining({ name });
  const failing: [() => unknown, string][] = [
    [() => work.send(`${message}x`), 'InvalidParameterValue'],
    [() => work.send(''), 'InvalidParameterValue'],
    [() => work.changeVisibility(received.receipt, 43_201), 'InvalidParameterValue'],
    [() => work.changeVisibility('nothing', 1), 'ReceiptHandleIsInvalid'],
    [() => queues.get('other'), 'QueueDoesNotExist'],
  ];
  for (const [request, name] of failing) expect(request).toThrow(refused(name));
  await clock.advance(30_000);
  expect(() => work.changeVisibility(received.receipt, 1)).toThrow(refused('MessageNotInflight'));
});

test('a listener is told when a message becomes visible, and not before', async () => {
  const { clock, work } = open();
  const told: number[] = [];
  work.onAvailable(() => void told.push(clock.now()));
  work.send('a', 10);
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
