import { smallSample, spoil } from '../pipeline/inputs/files.ts';
import { Publication, WEEKS } from '../../functions/publisher/publication.ts';
import { changed, yesterdayAndToday } from '../../functions/publisher/two-runs.ts';
import { cellOf, p50Of } from './ingredients.ts';

describe('the columns on the last forecast', () => {
  it('a first run knows of none: empty cells, no rows, no guess', async () => {
    const publication = await Publication.published();
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
});
