/** The published tables, as the page asks for them. */
import type { TablePageDto } from '../../../../tools/monitor/dto.ts';
import { madeFiles } from '../made-runs.ts';
import { get, restart, RUN, source } from '../running-monitor.ts';

const table = (query: string, name = 'ingredients') =>
  get<TablePageDto>(`/api/runs/${RUN}/revisions/2/${name}?${query}`);
const column = (page: TablePageDto, name: string) => {
  const at = page.columns.findIndex((one) => one.name === name);
  return page.rows.map((row) => row[at]);
};

describe('the published tables', () => {
  it('are found by words, whatever their case and accents', async () => {
    expect(await table('search=CREME%20fraiche')).toMatchObject({ total: 32, matching: 8 });
    expect(await table('search=tomato%20vine&week=2026-W49&factory=OAK')).toMatchObject({ matching: 2 });
    expect(await table('search=sku-3')).toMatchObject({ matching: 8 });
    expect(await table('search=nothing')).toMatchObject({ matching: 0, rows: [] });
  });

  it('are sorted by any column, and paged without loss', async () => {
    const all = column(await table('count=200'), 'p50').map(Number);
    const down = [await table('sort=p50&order=down&count=20'), await table('sort=p50&order=down&from=20')];
    expect(down.flatMap((page) => column(page, 'p50'))).toEqual([...all].sort((a, b) => b - a));
    const names = column(await table('sort=name&count=200'), 'name').map(String);
    expect(names).toEqual([...names].sort(new Intl.Collator('en', { numeric: true }).compare));
  });

  it('offer the values that the chosen week has, and leave out columns that hold nothing', async () => {
    const page = await table('week=2026-W50');
    expect(page.choices['menu_week']).toEqual(['2026-W49', '2026-W50']);
    expect(page.choices['factory']).toEqual(['OAK', 'SPA']);
    expect(page.columns.map(({ name }) => name)).not.toContain('flag');
  });

  it('give what changed from the columns on the last forecast, the largest first', async () => {
    const page = await table('sort=delta&order=size&count=200', 'changes');
    const deltas = column(page, 'delta').map((delta) => Math.abs(Number(delta)));
    expect(deltas).toEqual([...deltas].sort((a, b) => b - a));
    expect(deltas).not.toContain(0);
  });

  it('give what changed from changes.csv where there is one', async () => {
    source.files.set(`${RUN}/r2/changes.csv`, Buffer.from('menu_week,sku,delta\n2026-W49,A,-5\n2026-W49,B,2\n'));
    await restart(true);
    expect(column(await table('sort=delta&order=size', 'changes'), 'sku')).toEqual(['A', 'B']);
  });

  it('say so where there is nothing to compare with', async () => {
    const files = madeFiles({
      weeks: ['2026-W49'],
      days: ['2026-11-30'],
      factories: ['OAK'],
      skus: ['Salt'],
    });
    for (const [name, body] of files) source.files.set(`${RUN}/r2/${name}`, body);
    await restart(true);
    expect(await table('', 'changes')).toMatchObject({ isThere: false });
    expect(await table('')).toMatchObject({ isThere: true, total: 1 });
  });
});
