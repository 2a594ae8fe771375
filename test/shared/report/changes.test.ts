import { RUN } from '../pipeline/world.ts';
import { changed, yesterdayAndToday } from '../../functions/publisher/two-runs.ts';
import { cellOf, p50Of, type CsvRow } from './ingredients.ts';

describe('what changed since the last forecast', () => {
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
});

function sameSku(a: string, b: string): boolean {
  const [weekA, , , skuA] = a.split(' ');
  const [weekB, , , skuB] = b.split(' ');
  return weekA === weekB && skuA === skuB;
}
