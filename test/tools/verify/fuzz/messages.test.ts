/** Whatever comes in as a message or an event: refused in words, quarantined or handled; and nothing half done. */
import fc from 'fast-check';
import { configure } from '../../../../functions/configurator/handler.ts';
import { recordFailure } from '../../../../functions/failure-recorder/handler.ts';
import { publish } from '../../../../functions/publisher/handler.ts';
import { handleDeadLetter } from '../../../../shared/pipeline/stage/dead-letter.ts';
import { STAGES } from '../../../../shared/pipeline/stages.ts';
import { handleBatch } from '../../../../shared/pipeline/stage/sqs-batch.ts';
import { handleDelivery } from '../../../../shared/pipeline/stage/stage-worker.ts';
import { Publication, WEEKS } from '../../../functions/publisher/publication.ts';
import { inputFiles, smallSample } from '../../../shared/pipeline/inputs/files.ts';
import { RUN, World } from '../../../shared/pipeline/world.ts';
import { anyText, holds, mutated, mutation, TEST_MS } from './fuzz.ts';

jest.setTimeout(TEST_MS);

const TOKEN = 'a-secret-token-that-is-as-long-as-a-real-one';
const anyValue = fc.oneof(
  { weight: 2, arbitrary: anyText },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(0, -1, 1.5, 1e308, Number.NaN, null, true, [], {}, undefined),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
);

/** A valid object with some fields replaced, some taken away and some added. */
function nearly(valid: Readonly<Record<string, unknown>>): fc.Arbitrary<Record<string, unknown>> {
  const change = fc.tuple(fc.constantFrom(...Object.keys(valid), 'unknown'), anyValue);
  return fc
    .array(change, { minLength: 1, maxLength: 3 })
    .map((changes) => ({ ...valid, ...Object.fromEntries(changes) }));
}

const message = {
  v: 1,
  runId: RUN,
  week: WEEKS[0],
  stage: 'extract',
  attempt: 1,
  taskToken: TOKEN,
  replay: { id: 'replay-1', by: 'me', reason: 'x', at: '2026-11-23T08:00:00.000Z' },
};
const text = Buffer.from(JSON.stringify(message));
const anyBody = fc.oneof(
  nearly(message).map((body) => JSON.stringify(body)),
  fc
    .array(mutation, { minLength: 1, maxLength: 3 })
    .map((all) => Buffer.from(all.reduce<Uint8Array>(mutated, text)).toString('utf8')),
  fc.json(),
  anyText,
);

const tokenLines = (world: World) => [
  ...world.lines,
  ...[...world.artifacts.blobs.values()].map((bytes) => Buffer.from(bytes).toString('utf8')),
];

describe('the stages’ queues', () => {
  it('answer, quarantine or hand back every message, with its token in no log and no kept body', () =>
    holds(fc.tuple(fc.constantFrom(...STAGES), anyBody), 500, async ([stage, body]) => {
      const world = await new World().configured();
      world.live.add(TOKEN);
      const work = () => Promise.reject(new Error('no work today'));
      const attributes = { ApproximateReceiveCount: '1', SentTimestamp: '0' };
      const event = { Records: [{ messageId: 'm', receiptHandle: 'r', body, attributes }] };
      const answer = await handleBatch(event, (delivery) => handleDelivery(world.deps, stage, work, delivery));
      const acknowledged = answer.batchItemFailures.length === 0;
      // Acknowledged is answered or kept, and what is neither comes again.
      const kept = [...world.artifacts.blobs.keys()].some((key) => key.startsWith('dead-letters/'));
      expect(acknowledged).toBe(kept || world.answers.length > 0);
      if (!acknowledged) expect(world.visibility.at(-1)?.seconds).toBeGreaterThan(0);
      expect(tokenLines(world).filter((line) => line.includes(TOKEN))).toEqual([]);
      expect(world.lines.join('\n')).not.toMatch(/TypeError|RangeError|Cannot read/);
    }));

  it('find an end for every message that has used up its deliveries', () =>
    holds(anyBody, 300, async (body) => {
      const world = await new World().configured();
      world.live.add(TOKEN);
      await handleDeadLetter(world.deps, world.delivery(body));
      expect([...world.artifacts.blobs.keys()]).toEqual([expect.stringMatching(/^dead-letters\//)]);
      expect(tokenLines(world).filter((line) => line.includes(TOKEN))).toEqual([]);
    }));
});

/** What a handler rejects with is a sentence of its own, not an accident. */
async function refusal(call: Promise<unknown>): Promise<Error | undefined> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) return undefined;
  expect(error).toBeInstanceOf(Error);
  if (!(error instanceof Error)) throw new Error('unreachable');
  expect(['TypeError', 'RangeError', 'SyntaxError', 'ReferenceError']).not.toContain(error.name);
  return error;
}

describe('the events', () => {
  it('of the Configurator are refused before anything is recorded, or carried out', () =>
    holds(
      fc.oneof(
        nearly({ runId: RUN, startedAt: '2026-11-23T08:00:00.000Z', settings: {} }),
        nearly({
          startWeek: '2026-W49',
          weeks: 2,
          scenarios: 50,
          seed: 1,
          maxConcurrency: 4,
          constraints: { maxRecipeShare: 0.5 },
          capOverrides: [{ factory: 'OAK', deliveryDate: '2026-11-30', cap: 1 }],
          volumeMultiplier: { '2026-W49': 1.1 },
          label: 'x',
          notify: ['a@example.com'],
          startedBy: 'me',
        }).map((settings) => ({ runId: RUN, startedAt: '2026-11-23T08:00:00.000Z', settings })),
        anyValue,
      ),
      150,
      async (event) => {
        const world = new World();
        const files = smallSample();
        const own = { openInputs: () => inputFiles(files), defaultInput: 'in', codeVersion: '1' };
        const deps = { ...world.deps, ...own };
        const refused = await refusal(configure(deps, event));
        expect(world.table.items.size > 0).toBe(refused === undefined);
      },
    ));

  it('of the failure recorder are refused, or end a run or week with a reason', () =>
    holds(
      fc.oneof(
        nearly({ runId: RUN, week: WEEKS[0], attempt: 1, failure: { Error: 'States.Timeout', Cause: 'x' } }),
        fc.record({ runId: fc.constant(RUN), failure: fc.record({ Error: anyText, Cause: anyText }) }),
        anyValue,
      ),
      300,
      async (event) => {
        const world = await new World().configured();
        const before = structuredClone([...world.table.items]);
        if (await refusal(recordFailure({ ...world.deps, codeVersion: 'fuzz' }, event)))
          expect([...world.table.items]).toEqual(before);
      },
    ));

  it('of the Publisher are refused before anything is written', () =>
    holds(fc.oneof(nearly({ runId: 'no-run', correction: message.replay }), anyValue), 200, async (event) => {
      const { deps, world, published, mails, events } = new Publication();
      await world.configured();
      const before = structuredClone([...world.table.items]);
      fc.pre(!(event && typeof event === 'object' && 'runId' in event && event.runId === RUN));
      expect(await refusal(publish(deps, event))).toBeInstanceOf(Error);
      expect([...world.table.items]).toEqual(before);
      expect([published.blobs.size, mails, events]).toEqual([0, [], []]);
    }));
});
