import { publish } from '../../../functions/publisher/handler.ts';
import type { MenuWeek } from '../../../shared/domain/model.ts';
import { sha256Hex } from '../../../shared/pipeline/artifacts.ts';
import type { RunId } from '../../../shared/pipeline/messages.ts';
import { smallSample, spoil, type Files } from '../pipeline/inputs/files.ts';
import { RUN } from '../pipeline/world.ts';
import { Publication, WEEKS } from '../../functions/publisher/publication.ts';

// Forecasts whole weeks, also on a busy computer.
jest.setTimeout(60_000);

const NEXT = 'run-2' as RunId;
const next = { runId: NEXT, startedAt: '2026-11-24T08:00:00.000Z' };
type CsvRow = Record<string, string>;

/** Yesterday's run published, and today's of `files` after it. */
async function yesterdayAndToday(files: Files, complete: readonly MenuWeek[] = WEEKS): Promise<Publication> {
  const publication = await Publication.of(WEEKS);
  await publish(publication.deps, { runId: RUN });
  await publication.addRun(complete, files, next);
  await publish(publication.deps, { runId: NEXT });
  return publication;
}

const cellOf = (row: CsvRow) =>
  [row['menu_week'], row['factory'], row['delivery_date'], row['sku']].join(' ');
const p50Of = (rows: readonly CsvRow[]) => new Map(rows.map((row) => [cellOf(row), Number(row['p50'])]));
/** More boxes in the first week, and a new article in the place of another. */
function changed(): Files {
  const files = spoil(smallSample(), 'weeks.csv', /2026-W49,\d+/, '2026-W49,420');
  const added = spoil(files, 'skus.csv', /\nSKU-1001,/, '\nSKU-NEW,Seitan,pack,Meat,9\nSKU-1001,');
  return spoil(added, 'recipes.csv', /,SKU-1175,/g, ',SKU-NEW,');
}

describe('against the last forecast', () => {
  it('a first run knows of none: empty cells, no rows, no guess', async () => {
    const publication = await Publication.of(WEEKS);
    await publish(publication.deps, { runId: RUN });
    expect(publication.rows('run-1/r1/changes.csv')).toEqual([]);
    for (const row of publication.rows('run-1/r1/ingredients.csv')) {
      expect(row).toMatchObject({ previous_p50: '', delta: '', delta_pct: '', flag: '' });
    }
    expect(publication.summary()).toMatchObject({ previous: null, corrects: null, top_changes: [] });
  });

  it('states in every row what the published file of the run before said there', async () => {
    const publication = await yesterdayAndToday(changed());
    const before = publication.rows('run-1/r1/ingredients.csv');
    const known = p50Of(before);
    const needed = new Set(before.map((row) => `${row['menu_week']} ${row['sku']}`));
    const rows = publication.rows('run-2/r1/ingredients.csv');
    for (const row of rows) {
      const isNew = !needed.has(`${row['menu_week']} ${row['sku']}`);
      const previous = known.get(cellOf(row)) ?? 0;
      expect(row['previous_p50']).toBe(isNew ? '' : String(previous));
      expect(Number(row['delta'])).toBe(Number(row['p50']) - (isNew ? 0 : previous));
      expect(row['flag'].split('|').includes('new')).toBe(isNew);
      if (isNew || previous === 0) expect(row['delta_pct']).toBe('');
      else expect(Number(row['delta_pct'])).toBeCloseTo((100 * Number(row['delta'])) / previous, 1);
    }
    expect(rows.some((row) => row['flag'] === 'new')).toBe(true);
  });

  it('lists in changes.csv exactly what differs between the two published files, dropped ones with 0', async () => {
    const publication = await yesterdayAndToday(changed());
    const before = p50Of(publication.rows('run-1/r1/ingredients.csv'));
    const now = p50Of(publication.rows('run-2/r1/ingredients.csv'));
    const differing = [...new Set([...before.keys(), ...now.keys()])].filter((cell) => {
      const isNew = now.has(cell) && ![...before.keys()].some((other) => sameSku(other, cell));
      return isNew || (before.get(cell) ?? 0) !== (now.get(cell) ?? 0);
    });
    const rows = publication
      .rows('run-2/r1/changes.csv')
      .filter(({ kind }) => kind === 'ingredient')
      .map((row): CsvRow => ({ ...row, sku: row['id'] }));
    expect(rows.map(cellOf).sort()).toEqual(differing.sort());
    for (const row of rows) {
      expect(Number(row['p50'])).toBe(now.get(cellOf(row)) ?? 0);
      expect(row).toMatchObject({ previous_run_id: RUN, previous_revision: '1' });
    }
    const categories = new Map(rows.map((row) => [row['sku'], row['category']]));
    expect(categories.get('SKU-NEW')).toBe('new');
    expect(categories.get('SKU-1175')).toBe('dropped');
    const kinds = new Set(publication.rows('run-2/r1/changes.csv').map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(['ingredient', 'product', 'recipe']));
  });

  it('adds the rows up to the weeks of the summary, the largest first', async () => {
    const publication = await yesterdayAndToday(changed());
    const { top_changes: top, previous, sites } = publication.summary('run-2/r1');
    expect(previous).toMatchObject({ run_id: RUN, revision: 1 });
    expect(top).toHaveLength(20);
    const rows = publication.rows('run-2/r1/changes.csv');
    for (const { menu_week, sku, p50, delta } of top) {
      const own = rows.filter((row) => row['id'] === sku && row['menu_week'] === menu_week);
      expect(delta).toBe(own.reduce((sum, row) => sum + Number(row['delta']), 0));
      expect(p50).toBeGreaterThanOrEqual(0);
    }
    const sizes = top.map(({ delta }) => Math.abs(delta));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    const boxes = (folder: string) =>
      publication
        .rows(`${folder}/utilisation.csv`)
        .filter((row) => row['menu_week'] === '2026-W49' && row['factory'] === 'WAR')
        .reduce((sum, row) => sum + Number(row['boxes']), 0);
    const site = sites.find(({ menu_week, factory }) => menu_week === '2026-W49' && factory === 'WAR');
    expect(site?.previous_boxes).toBe(boxes('run-1/r1'));
    expect(site?.delta_boxes).toBe(boxes('run-2/r1') - boxes('run-1/r1'));
  });

  it('compares like with like: a delivery date that only one of them has is left out', async () => {
    const moved = spoil(smallSample(), 'delivery_days.csv', '2026-W49,2026-12-06', '2026-W49,2026-12-14');
    let files = spoil(moved, 'caps.csv', 'OAK,2026-12-06,8', 'OAK,2026-12-14,8');
    files = spoil(files, 'caps.csv', 'SPA,2026-12-06,14', 'SPA,2026-12-14,14');
    files = spoil(files, 'caps.csv', 'WAR,2026-12-06,inf', 'WAR,2026-12-14,inf');
    files = spoil(files, 'orders.csv', /,2026-W49,2026-12-06,/g, ',2026-W49,2026-12-14,');
    const publication = await yesterdayAndToday(files);
    const rows = publication.rows('run-2/r1/ingredients.csv').filter((row) => row['menu_week'] === WEEKS[0]);
    const fresh = rows.filter((row) => row['delivery_date'] === '2026-12-14');
    expect(fresh.length).toBeGreaterThan(0);
    for (const row of fresh) expect(row).toMatchObject({ previous_p50: '', delta: '', flag: '' });
    const dates = publication.rows('run-2/r1/changes.csv').map((row) => row['delivery_date']);
    expect(dates).not.toContain('2026-12-06');
    expect(dates).not.toContain('2026-12-14');
    const { sites } = publication.summary('run-2/r1');
    for (const { delta_boxes, factory } of sites) expect([factory, delta_boxes]).toEqual([factory, 0]);
  });

  it('keeps the comparison in a correction, and says apart from it what the correction changed', async () => {
    const publication = await yesterdayAndToday(smallSample());
    expect(publication.rows('run-2/r1/changes.csv')).toEqual([]);
    await publication.commit(WEEKS[0], 2, changed(), { runId: NEXT });
    const correction = { id: 'x', by: 'Ada', reason: 'more boxes', at: '2026-11-24T09:00:00Z' };
    await publish(publication.deps, { runId: NEXT, correction });
    const { previous, corrects } = publication.summary('run-2/r2');
    expect(previous).toMatchObject({ run_id: RUN, revision: 1 });
    expect(corrects).toMatchObject({ revision: 1, weeks: [WEEKS[0]] });
    expect(corrects?.top_changes.length).toBeGreaterThan(0);

    await publication.commit(WEEKS[0], 3, smallSample(), { runId: NEXT });
    await publish(publication.deps, { runId: NEXT, correction: { ...correction, id: 'y' } });
    const third = publication.summary('run-2/r3');
    expect(third.top_changes).toEqual([]);
    expect(third.corrects?.top_changes.map(({ sku, delta }) => [sku, -delta])).toEqual(
      corrects?.top_changes.map(({ sku, delta }) => [sku, delta]),
    );
  });

  it('sticks to the forecast it chose when the Publisher died and another run came first', async () => {
    const publication = await Publication.of(WEEKS);
    await publish(publication.deps, { runId: RUN });
    await publication.addRun(WEEKS, changed(), next);
    const died = () => Promise.reject(new Error('died'));
    const dead = () => ({
      location: 'files',
      blobs: { put: died, get: died, find: died, replace: died },
    });
    await expect(publish({ ...publication.deps, published: dead }, { runId: NEXT })).rejects.toThrow('died');
    const third = { runId: 'run-3' as RunId, startedAt: '2026-11-25T08:00:00.000Z' };
    await publication.addRun(WEEKS, smallSample(), third);
    await publish(publication.deps, { runId: third.runId });
    await publish(publication.deps, { runId: NEXT });
    expect(publication.summary('run-2/r1').previous).toMatchObject({ run_id: RUN });

    const undisturbed = await yesterdayAndToday(changed());
    const files = (of: Publication) =>
      [...of.published.blobs]
        .filter(([key]) => key.startsWith('run-2/'))
        .map(([key, bytes]) => `${key} ${sha256Hex(bytes)}`);
    expect(files(publication)).toEqual(files(undisturbed));
  });

  it('compares a what-if with the last baseline, and is compared with nothing itself', async () => {
    const publication = await Publication.of(WEEKS);
    await publish(publication.deps, { runId: RUN });
    await publication.addRun(WEEKS, changed(), { ...next, kind: 'what-if' });
    await publish(publication.deps, { runId: NEXT });
    expect(publication.summary('run-2/r1').previous).toMatchObject({ run_id: RUN });
    const third = { runId: 'run-3' as RunId, startedAt: '2026-11-25T08:00:00.000Z' };
    await publication.addRun(WEEKS, smallSample(), third);
    await publish(publication.deps, { runId: third.runId });
    expect(publication.summary('run-3/r1').previous).toMatchObject({ run_id: RUN });
    expect(publication.rows('run-3/r1/changes.csv')).toEqual([]);
  });

  it('does without a last forecast whose artifact is gone', async () => {
    const publication = await Publication.of(WEEKS);
    await publish(publication.deps, { runId: RUN });
    for (const key of [...publication.world.artifacts.blobs.keys()]) {
      if (key.startsWith(RUN)) publication.world.artifacts.blobs.delete(key);
    }
    await publication.addRun(WEEKS, changed(), next);
    expect(await publish(publication.deps, { runId: NEXT })).toMatchObject({ status: 'PUBLISHED' });
    expect(publication.summary('run-2/r1').previous).toBeNull();
  });
});

function sameSku(a: string, b: string): boolean {
  const [weekA, , , skuA] = a.split(' ');
  const [weekB, , , skuB] = b.split(' ');
  return weekA === weekB && skuA === skuB;
}
