import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../../infra/root.ts';
import { DuckDBInstance } from '@duckdb/node-api';
import { publish } from '../../../functions/publisher/handler.ts';
import { forecastPublishedSchema } from '../../../shared/pipeline/events.ts';
import type { RunId } from '../../../shared/pipeline/messages.ts';
import { z } from '../../../shared/pipeline/schema.ts';
import { smallSample, spoil } from '../pipeline/inputs/files.ts';
import { RUN } from '../pipeline/world.ts';
import { Publication, WEEKS } from '../../functions/publisher/publication.ts';

const SCHEMA_FILE = join(ROOT, 'docs/forecast-published.schema.json');

// Forecasts whole weeks, also on a busy computer.
jest.setTimeout(60_000);

/** A second run, so that every column has values, with a name that is awkward everywhere. */
async function publishedTwice(): Promise<Publication> {
  const publication = await Publication.of(WEEKS);
  await publish(publication.deps, { runId: RUN });
  let files = spoil(smallSample(), 'weeks.csv', /2026-W49,\d+/, '2026-W49,420');
  files = spoil(files, 'skus.csv', /,Chicken breast,/, ',"=HYPERLINK(""x"") 🍗, <b>",');
  const runId = 'run-2' as RunId;
  await publication.addRun(WEEKS, files, { runId, startedAt: '2026-11-24T08:00:00.000Z' });
  await publish(publication.deps, { runId });
  return publication;
}

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

  it.each(['forecast.jsonl', 'forecast.parquet'])(
    '%s gives the totals of the CSV to DuckDB',
    async (file) => {
      const totalsOf = (name: string) => query(`select ${totals} from '${join(folder, name)}'`);
      expect(await totalsOf(file)).toEqual(await totalsOf('ingredients.csv'));
    },
  );

  it('hold the same records, with names as they are', async () => {
    const [lines, table] = ['forecast.jsonl', 'forecast.parquet'].map((file) => `'${join(folder, file)}'`);
    expect(await query(`from ${lines} except from ${table}`)).toEqual([]);
    const named = `select count(*) > 0 as found from ${table} where name = '=HYPERLINK("x") 🍗, <b>'`;
    expect(await query(named)).toEqual([{ found: true }]);
  });
});

describe('the event', () => {
  it('is sent when every file that it names is there, and before latest.json moves', async () => {
    const publication = await Publication.of(WEEKS);
    const { blobs } = publication.published;
    const seen: string[] = [];
    const deps: typeof publication.deps = {
      ...publication.deps,
      events: {
        forecastPublished: ({ files }) => {
          for (const { name, sha256 } of files) {
            const body = blobs.get(`run-1/r1/${name}`) ?? '';
            expect(createHash('sha256').update(body).digest('hex')).toBe(sha256);
            seen.push(name);
          }
          expect(blobs.has('latest.json')).toBe(false);
          return Promise.resolve();
        },
      },
    };
    await publish(deps, { runId: RUN });
    const written = [...blobs.keys()].filter((key) => key.startsWith('run-1/')).map((key) => key.slice(9));
    expect(seen.sort()).toEqual(written.filter((file) => file !== 'manifest.json').sort());
    expect(blobs.has('latest.json')).toBe(true);
  });

  it('says the same when a revision that is out is announced again', async () => {
    const publication = await Publication.of(WEEKS);
    await publish(publication.deps, { runId: RUN });
    await publish(publication.deps, { runId: RUN });
    expect(publication.events).toHaveLength(2);
    expect(publication.events[1]).toEqual(publication.events[0]);
  });

  it('fits its documented schema, and the document is that schema', async () => {
    const documented: unknown = JSON.parse(await readFile(SCHEMA_FILE, 'utf8'));
    expect(documented).toEqual(z.toJSONSchema(forecastPublishedSchema, { io: 'input' }));
    const publication = await publishedTwice();
    for (const event of publication.events) {
      expect(forecastPublishedSchema.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
    }
  });
});
