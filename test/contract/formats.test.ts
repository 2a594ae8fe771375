/** What this release writes, pinned: a format that changes without a new version would break runs under way. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Decoder, encode } from 'cbor-x';
import { extractData } from '../../functions/data-extractor/handler.ts';
import { simulateWeek } from '../../functions/order-simulator/handler.ts';
import { takeBasis } from '../../functions/publisher/basis.ts';
import { forecastWeek } from '../../functions/site-forecast/handler.ts';
import { PermanentError } from '../../shared/domain/errors.ts';
import { ROOT } from '../../infra/root.ts';
import { forecastSites } from '../../shared/domain/forecast/forecast.ts';
import { simulateOrders } from '../../shared/domain/orders/simulate-orders.ts';
import { getArtifact, sha256Hex } from '../../shared/pipeline/artifacts.ts';
import { ARTIFACT_FORMAT, MESSAGE_FORMAT } from '../../shared/pipeline/formats.ts';
import { TransientError } from '../../shared/pipeline/errors.ts';
import type { RunId } from '../../shared/pipeline/messages.ts';
import type { Stage } from '../../shared/pipeline/stages.ts';
import { planReplay } from '../../shared/pipeline/run/replay.ts';
import type { ArtifactRef, Committed, RevisionRecord, RunRecord } from '../../shared/pipeline/table/records.ts';
import type { Body, RunView } from '../../shared/pipeline/table/run-store.ts';
import { cachedTemplate } from '../../tools/local/cloudformation/cached-template.ts';
import { readTemplate } from '../../tools/local/cloudformation/template.ts';
import type { StageWork } from '../../shared/pipeline/stage/stage-worker.ts';
import { inputFiles, smallSample, type Files } from '../shared/pipeline/inputs/files.ts';
import { RUN, WEEK, World } from '../shared/pipeline/world.ts';
import { Release } from './release.ts';
import { shapeOf, type Shape } from './shape.ts';

// Forecasts a week twice, also on a busy computer.
jest.setTimeout(60_000);

/** By version. */
type Pins = Readonly<Record<string, Readonly<Record<string, Shape>>>>;
const pins = JSON.parse(readFileSync(join(ROOT, 'test/contract/formats.json'), 'utf8')) as {
  readonly messages: Pins;
  readonly artifacts: Pins;
};
const decoder = new Decoder({ useRecords: false, mapsAsObjects: true, tagUint8Array: true });

/** Inputs whose week has of everything that an artifact may hold. */
function fullSample(): Files {
  const [, id] = /2026-W49,(R\d+),/.exec(String(smallSample().get('menu.csv'))) ?? [];
  const bills = String(smallSample().get('recipes.csv')).replaceAll(new RegExp(`^${id},.*\\n`, 'gm'), '');
  return new Map(smallSample()).set('recipes.csv', bills);
}

/** The week through its stages. @returns what each has stored */
async function throughStages(world: World): Promise<Map<Stage, Committed>> {
  const run = (await world.store.run(RUN)) as RunRecord;
  const deps = { ...world.deps, openInputs: () => inputFiles(fullSample()), engine: { simulateOrders, forecastSites } };
  const works: [Stage, StageWork][] = [
    ['extract', extractData(deps)],
    ['simulate', simulateWeek(deps)],
    ['forecast', forecastWeek(deps)],
  ];
  const done = new Map<Stage, Committed>();
  for (const [stage, work] of works) {
    const result = await work({
      run,
      message: { v: MESSAGE_FORMAT, runId: RUN, week: WEEK, stage, attempt: 1 },
      attempt: 1,
      signal: new AbortController().signal,
      artifactKey: `${stage}.cbor`,
      upstream: (of) => Promise.resolve(done.get(of) as Committed),
    });
    done.set(stage, { ...result, attempt: 1 } as Committed);
  }
  return done;
}

/** Every kind of artifact as it is stored. */
async function storedShapes(): Promise<Record<string, Shape>> {
  const world = await new World().configured();
  const before = (await throughStages(world)).get('forecast') as Committed;
  const pointer = { week: WEEK, runId: RUN, revision: 1, startedAt: '', artifact: before.artifact };
  await world.store.updatePublishedWeek(WEEK, () => pointer);
  const stages = [...(await throughStages(world))].map(([stage, { artifact }]) => [stage, stored(artifact, world)]);
  return { ...(Object.fromEntries(stages) as Record<Stage, Shape>), basis: await basisShape() };
}

/** Of a run with a failed week, compared with another. */
async function basisShape(): Promise<Shape> {
  const world = new Release('0.1.0').world('partial');
  const compared = { revision: 1, publishedAt: '2026-11-26T08:00:00.000Z' } as Body<RevisionRecord>;
  await world.store.updateRevision('run-before' as RunId, 1, () => compared);
  const view = (await world.store.view('run-release' as RunId)) as RunView;
  return stored(await takeBasis({ store: world.store, artifacts: world.artifacts }, view, undefined), world);
}

function stored({ key }: ArtifactRef, { artifacts }: World): Shape {
  return shapeOf(decoder.decode(artifacts.blobs.get(key) as Buffer));
}

/** What each sender puts into a message; tokens and replays come with some. */
async function messageShapes(): Promise<Record<string, Shape>> {
  const replay = { id: 'r', by: 'me', reason: 'none', at: '2026-11-27T22:00:00.000Z' };
  const partial = new Release('0.1.0').view('partial');
  const [{ message }] = planReplay(partial, 'failed', 'extract', replay, 0).weeks;
  const world = await new World().configured();
  await world.extract(() => Promise.resolve({ artifact: { key: 'a', sha256: 'b', bytes: 1 }, summary: {} }), {
    ...world.first,
    body: JSON.stringify({ ...message, runId: RUN, week: WEEK }),
  });
  const { Resources } = (await cachedTemplate()) as { readonly Resources: never };
  const { Weeks } = (readTemplate({ Resources }).stateMachine.definition as Definition).States;
  const bodies = Object.values(Weeks.ItemProcessor.States).flatMap(({ Parameters }) => Parameters?.MessageBody ?? []);
  return {
    replay: shapeOf(message),
    passedOn: shapeOf(world.sent[0]),
    // Where a value comes from is the definition's own affair.
    stateMachine: [...new Set(bodies.map((body) => Object.keys(body).sort().join(' ').replaceAll('.$', '')))].join(
      ', ',
    ),
  };
}

interface Definition {
  readonly States: { readonly Weeks: { readonly ItemProcessor: { readonly States: Record<string, SendingState> } } };
}

interface SendingState {
  readonly Parameters?: { readonly MessageBody?: object };
}

describe('a changed format needs a new version, a reader of the one before and a new pin: docs/decisions/formats.md', () => {
  it('artifacts are of the shape that is pinned for their version', async () => {
    expect(await storedShapes()).toEqual(pins.artifacts[ARTIFACT_FORMAT]);
  });

  it('messages are of the shape that is pinned for their version', async () => {
    expect(await messageShapes()).toEqual(pins.messages[MESSAGE_FORMAT]);
  });
});

describe('a format that this release does not read', () => {
  const artifactOf = async (v: number) => {
    const world = new World();
    const body = encode({ v, week: {} });
    await world.artifacts.put('artifacts/run-1/2026-W49/extract-1-1.cbor', body);
    const ref = { key: 'artifacts/run-1/2026-W49/extract-1-1.cbor', sha256: sha256Hex(body), bytes: body.length };
    return getArtifact(world.artifacts, ref);
  };

  it('is refused for good where it is too old, with what to do', async () => {
    await expect(artifactOf(ARTIFACT_FORMAT - 2)).rejects.toThrow(
      'The artifact artifacts/run-1/2026-W49/extract-1-1.cbor is of format 0, and this release reads 1 and 2: ' +
        'replay the week with --from extract, or start a new run.',
    );
    await expect(artifactOf(ARTIFACT_FORMAT - 2)).rejects.toBeInstanceOf(PermanentError);
    await expect(artifactOf(ARTIFACT_FORMAT - 1)).resolves.toEqual({ week: {} });
  });

  it('comes back later where it is a newer artifact: this function is not updated yet', async () => {
    await expect(artifactOf(ARTIFACT_FORMAT + 1)).rejects.toBeInstanceOf(TransientError);
  });

  it.each([
    [MESSAGE_FORMAT - 1, 'The message is of format 0, and this release reads 1: start a new run.'],
    [
      MESSAGE_FORMAT + 1,
      'The message is of format 2, and this release reads 1: it is of a newer release: deploy that, then replay the week.',
    ],
  ])('is answered at once where it is a message (of format %i)', async (v, cause) => {
    const world = await new World().waiting();
    const noWork = () => Promise.reject(new Error('no work today'));
    await world.extract(noWork, world.delivery({ v: v as 1, taskToken: 'token' }));
    expect(world.answers).toMatchObject([{ kind: 'failure', value: { error: 'MessageRefused', cause } }]);
    expect(world.artifacts.blobs.size).toBe(1);
  });
});
