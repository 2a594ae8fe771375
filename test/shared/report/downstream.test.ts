import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { publishedTwice } from '../../functions/publisher/two-runs.ts';

async function query(sql: string): Promise<unknown> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    const answer = await connection.runAndReadAll(sql);
    return answer.getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

describe('the files for services downstream', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'larder-'));
    const publication = await publishedTwice();
    for (const file of ['ingredients.csv', 'forecast.jsonl', 'forecast.parquet']) {
      await writeFile(join(folder, file), publication.published.blobs.get(`run-2/r1/${file}`) ?? '');
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  const totals = [
    'count(*) as rows',
    ...['p10', 'p50', 'p90', 'mean', 'placed_qty', 'simulated_qty', 'previous_p50', 'delta'].map(
      (column) => `round(sum(${column}), 2)::double as ${column}`,
    ),
    'count(delta_pct) as known',
    'count(flag) as flags',
    'min(delivery_date)::text as first',
    'max(delivery_date)::text as last',
    'count(distinct (menu_week, factory, delivery_date, sku)) as cells',
  ].join(', ');

  it.each(['forecast.jsonl', 'forecast.parquet'])('%s gives the totals of the CSV to DuckDB', async (file) => {
    const totalsOf = (name: string) => query(`select ${totals} from '${join(folder, name)}'`);
    expect(await totalsOf(file)).toEqual(await totalsOf('ingredients.csv'));
  });

  it('hold the same records, with names as they are', async () => {
    const [lines, table] = ['forecast.jsonl', 'forecast.parquet'].map((file) => `'${join(folder, file)}'`);
    expect(await query(`from ${lines} except from ${table}`)).toEqual([]);
    const named = `select count(*) > 0 as found from ${table} where name = '=HYPERLINK("x") 🍗, <b>'`;
    expect(await query(named)).toEqual([{ found: true }]);
  });
});
