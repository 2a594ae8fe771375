/** A deployment in the middle of a run: this release takes over what the one before has sent and stored. */
import { createHash } from 'node:crypto';
import { forecastWeek } from '../../functions/site-forecast/handler.ts';
import { recordFailure } from '../../functions/failure-recorder/handler.ts';
import { simulateWeek } from '../../functions/order-simulator/handler.ts';
import { basisOf } from '../../functions/publisher/basis.ts';
import { publish } from '../../functions/publisher/handler.ts';
import { forecastSites } from '../../shared/domain/forecast/forecast.ts';
import type { MenuWeek } from '../../shared/domain/model.ts';
import { simulateOrders } from '../../shared/domain/orders/simulate-orders.ts';
import { getArtifact } from '../../shared/pipeline/artifacts.ts';
import { parseStageMessage, type Delivery, type RunId } from '../../shared/pipeline/messages.ts';
import { planReplay } from '../../shared/pipeline/run/replay.ts';
import { handleDelivery } from '../../shared/pipeline/stage/stage-worker.ts';
import { STAGES, type Stage } from '../../shared/pipeline/stages.ts';
import type { TableItem } from '../../shared/pipeline/ports.ts';
import { DEFAULT_THRESHOLDS } from '../../shared/report/alerts/thresholds.ts';
import { MemoryBlobs, type World } from '../shared/pipeline/world.ts';
import { clockAt, Release } from './release.ts';

// Forecasts whole weeks, also on a busy computer.
jest.setTimeout(60_000);

const release = new Release('0.1.0');
const RUN = 'run-release' as RunId;
const [W49, W50] = ['2026-W49', '2026-W50'] as MenuWeek[];
/** When every lease of the release has run out. */
const clock = clockAt('2026-11-27T22:00:00.000Z');
const events = release.json('events.json') as Record<'recordFailure' | 'publish' | 'correction', unknown>;

function messageOf(week: MenuWeek, stage: Stage, attempt: number): Delivery {
  const found = release.messages().find(({ body }) => {
    const message = parseStageMessage(body);
    return message.week === week && message.stage === stage && message.attempt === attempt;
  });
  if (!found) throw new Error(`The release sent no message for ${stage} of ${week}.`);
  return { ...found, receiveCount: 2 };
}

/** Today's worker of the stage handles a message of the release. @returns what it has committed */
async function handled(world: World, stage: Stage, delivery: Delivery): Promise<object> {
  const deps = { ...world.deps, clock, engine: { simulateOrders, forecastSites } };
  const openInputs = () => {
    throw new Error('The inputs are read by the Data Extractor alone.');
  };
  const works = { simulate: simulateWeek(deps), forecast: forecastWeek({ ...deps, openInputs }) };
  const { week, taskToken } = parseStageMessage(delivery.body);
  if (taskToken !== undefined) world.live.add(taskToken);
  await handleDelivery(deps, stage, works[stage as keyof typeof works], delivery);
  const row = await world.store.stage(RUN, week, stage);
  if (row?.status !== 'COMPLETE' || !row.committed)
    throw new Error(`${stage} is ${row?.status}: ${row?.failure?.message}`);
  return getArtifact(world.artifacts, row.committed.artifact);
}

/** What the release itself has committed. */
function committed(stage: Stage, week: MenuWeek): Promise<object> {
  const row = release.view('corrected').stages.find((one) => one.stage === stage && one.week === week);
  if (!row?.committed) throw new Error(`The release has no ${stage} of ${week}.`);
  return getArtifact(release.world('corrected').artifacts, row.committed.artifact);
}

const withoutRows =
  (...skip: readonly Stage[]) =>
  (item: TableItem) =>
    !skip.some((stage) => item.sk.endsWith(stage));

describe('this release takes from the last one', () => {
  it('every message, with a token and with a replay', () => {
    const messages = release.messages().map(({ body }) => parseStageMessage(body));
    expect(new Set(messages.map(({ stage }) => stage))).toEqual(new Set(STAGES));
    expect(messages.some(({ taskToken }) => taskToken !== undefined)).toBe(true);
    expect(messages.some(({ replay }) => replay !== undefined)).toBe(true);
  });

  it('a snapshot, and simulates the same orders from it', async () => {
    const world = release.world('under-way', withoutRows('simulate', 'forecast'));
    const orders = await handled(world, 'simulate', messageOf(W49, 'simulate', 1));
    expect(orders).toEqual(await committed('simulate', W49));
    expect(world.answers).toMatchObject([{ kind: 'success', value: { week: W49, attempt: 1 } }]);
  });

  it('a stage in the middle of its work, with orders and the forecast before, and makes the same forecast', async () => {
    const world = release.world('under-way');
    const forecast = await handled(world, 'forecast', messageOf(W49, 'forecast', 1));
    expect(forecast).toEqual(await committed('forecast', W49));
    expect(world.answers).toMatchObject([{ kind: 'success' }]);
  });

  it('a replay that goes from stage to stage by itself', async () => {
    const world = release.world('corrected', withoutRows('simulate', 'forecast'));
    expect(await handled(world, 'simulate', messageOf(W50, 'simulate', 2))).toEqual(await committed('simulate', W50));
    expect(world.sent).toEqual([parseStageMessage(messageOf(W50, 'forecast', 2).body)]);
  });

  it('the message that a stage’s row keeps, to send it again', () => {
    const view = release.view('under-way');
    const replay = { id: 'r', by: 'me', reason: 'none', at: '2026-11-27T22:00:00.000Z' };
    const [{ message, carriesOn }] = planReplay(view, [W49], undefined, replay, clock.now()).weeks;
    expect(carriesOn).toBe(true);
    expect(parseStageMessage(JSON.stringify(message))).toEqual(parseStageMessage(messageOf(W49, 'forecast', 1).body));
    const failed = planReplay(release.view('partial'), 'failed', undefined, replay, clock.now()).weeks;
    expect(failed).toMatchObject([{ week: W50, from: 'simulate', message: { attempt: 2 } }]);
  });

  it('what its state machine tells the failure recorder', async () => {
    const world = release.world('under-way');
    await world.store.updateWeek(RUN, W50, (now) => now && { ...now, status: 'RUNNING' });
    await recordFailure({ ...world.deps, clock, codeVersion: '1' }, events.recordFailure);
    const failure = { error: 'PermanentError', message: 'The menu of 2026-W50 cannot be made 🥕.' };
    expect(await world.store.week(RUN, W50)).toMatchObject({ status: 'FAILED', failure });
  });

  it('its forecasts and what its state machine asks of the Publisher, and publishes the same tables', async () => {
    const world = release.world('partial', ({ sk }) => !sk.startsWith('REVISION'));
    const { status, tables } = await published(world, events.publish);
    expect(status).toBe('PARTIAL');
    expect(tables).toEqual(tablesOf('manifest-r1.json'));
  });

  it('its revision, and what a replay of it asks of the Publisher, and corrects it with the same tables', async () => {
    const world = release.world('corrected', ({ sk }) => sk !== 'REVISION#00002');
    const { status, tables } = await published(world, events.correction);
    expect(status).toBe('PUBLISHED');
    expect(tables).toEqual(tablesOf('manifest-r2.json'));
  });

  it('what a revision is made of, also under the name of before', async () => {
    const world = release.world('partial');
    const [record] = release.view('partial').revisions;
    const basis = await basisOf(world.artifacts, record);
    expect(Object.keys(basis.previous)).toEqual([W49, W50]);
    const key = 'artifacts/basis-with-baselines.cbor';
    const sha256 = createHash('sha256')
      .update(await world.artifacts.get(key))
      .digest('hex');
    expect(await basisOf(world.artifacts, { basis: { key, sha256, bytes: 0 } })).toEqual(basis);
  });
});

/** Today's Publisher on the release's run. */
async function published(world: World, event: unknown) {
  const blobs = new MemoryBlobs();
  const { revision, status } = await publish(
    {
      ...world.deps,
      clock,
      published: () => ({ blobs, location: 'files' }),
      thresholds: DEFAULT_THRESHOLDS,
      mail: { from: 'larder@example.com', to: ['planning@example.com'] },
      mailer: { send: () => Promise.resolve('mail') },
      events: { forecastPublished: () => Promise.resolve() },
    },
    event,
  );
  const manifest = JSON.parse(Buffer.from(await blobs.get(`${RUN}/r${revision}/manifest.json`)).toString()) as Manifest;
  return { status, tables: dataOf(manifest) };
}

interface Manifest {
  readonly files: Readonly<Record<string, string>>;
}

function tablesOf(manifest: string): Readonly<Record<string, string>> {
  return dataOf(release.json(manifest) as Manifest);
}

/** The hashes of the tables. A release that changes a table on purpose has other ones. */
function dataOf({ files }: Manifest): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).filter(([file]) => file.endsWith('.csv')));
}
