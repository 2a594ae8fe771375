/** The monitor's server: what it tells, to whom, and what it keeps to itself. */
import fc from 'fast-check';
import { stringify } from 'csv-stringify/sync';
import { request as httpRequest } from 'node:http';
import { NotFoundError } from '../../../shared/pipeline/errors.ts';
import type { Backend } from '../../../tools/backends/backend.ts';
import { backendSource } from '../../../tools/monitor/sources/backend-source.ts';
import { readColumns } from '../../../tools/monitor/tables/csv.ts';
import type { RunDetailDto, RunListDto, TablePageDto } from '../../../tools/monitor/dto.ts';
import { startMonitor, type Monitor } from '../../../tools/monitor/server/server.ts';
import { sortLeast } from '../../../tools/monitor/tables/partial-sort.ts';
import { RUN as RUN_ID, WEEK, World } from '../../shared/pipeline/world.ts';
import { MadeSource, madeFiles, TOKEN } from './monitor-world.ts';

const RUN = 'run-1';
let source: MadeSource;
let monitor: Monitor;

beforeEach(async () => {
  source = new MadeSource();
  source.add({ runId: 'run-0', status: 'PUBLISHED', stages: { '2026-W49': 'CCC' } });
  source.add({
    runId: RUN,
    status: 'PARTIAL',
    label: 'Monday',
    revision: 2,
    stages: { '2026-W49': 'CCC', '2026-W50': 'CF.', '2026-W51': 'CTR' },
  });
  const files = madeFiles({
    weeks: ['2026-W49', '2026-W50'],
    days: ['2026-11-30', '2026-12-01'],
    factories: ['OAK', 'SPA'],
    skus: ['Crème fraîche', 'Tomato, "vine"', '=HYPERLINK("http://x")', 'Tomato purée'],
    withChanges: true,
  });
  for (const [name, body] of files) source.files.set(`${RUN}/r2/${name}`, body);
  await restart(true);
});
afterEach(() => monitor.close());

async function restart(allowReplay: boolean): Promise<void> {
  await (monitor as Monitor | undefined)?.close();
  monitor = await startMonitor(source, { port: 0, allowReplay });
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Any request, also such as browsers would not send. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET', body = ''): Promise<Answer> {
  return new Promise((done, failed) => {
    const request = httpRequest(new URL(path, monitor.url), { method, headers }, (response) => {
      let text = '';
      response.on('data', (data: Buffer) => (text += data.toString()));
      response.on('end', () =>
        done({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    request.on('error', failed);
    request.end(body);
  });
}

async function get<T>(path: string): Promise<T> {
  const { status, body } = await ask(path);
  expect(status).toBe(200);
  return JSON.parse(body) as T;
}

const table = (query: string, name = 'ingredients') =>
  get<TablePageDto>(`/api/runs/${RUN}/revisions/2/${name}?${query}`);
const column = (page: TablePageDto, name: string) => {
  const at = page.columns.findIndex((one) => one.name === name);
  return page.rows.map((row) => row[at]);
};

describe('what the monitor tells', () => {
  it('lists the runs, newest first, with their counts', async () => {
    const { runs } = await get<RunListDto>('/api/runs');
    expect(runs.map(({ runId, weeksDone, weeksFailed }) => [runId, weeksDone, weeksFailed])).toEqual([
      [RUN, 1, 1],
      ['run-0', 1, 0],
    ]);
    expect(runs[0]).toMatchObject({ label: 'Monday', startedBy: 'ada', revision: 2, weeks: 3 });
  });

  it('tells of every stage, and of an error why', async () => {
    const { weeks, revisions } = await get<RunDetailDto>(`/api/runs/${RUN}`);
    expect(weeks.map(({ stages }) => stages.map(({ status }) => status))).toEqual([
      ['COMPLETE', 'COMPLETE', 'COMPLETE'],
      ['COMPLETE', 'FAILED', 'PENDING'],
      ['COMPLETE', 'RETRYING', 'RUNNING'],
    ]);
    expect(weeks[1].failure).toMatchObject({ error: 'InputRefused' });
    expect(revisions[1].correction).toMatchObject({ by: 'ada', reason: 'The caps were wrong.' });
  });

  it('never sends a task token, nor what it was made of', async () => {
    const paths = ['/api/runs', `/api/runs/${RUN}`, `/api/runs/${RUN}/revisions/2`, '/', '/page.js'];
    for (const path of paths) {
      const { body } = await ask(path);
      expect(body).not.toContain(TOKEN);
      expect(body).not.toContain('hash-of-a-secret');
    }
  });

  it('does not send again what the page has', async () => {
    const first = await ask(`/api/runs/${RUN}`);
    const etag = String(first.headers['etag']);
    expect(await ask(`/api/runs/${RUN}`, { 'if-none-match': etag })).toMatchObject({ status: 304, body: '' });
    source.add({ runId: RUN, status: 'PUBLISHED', stages: { '2026-W49': 'CCC' } });
    expect(await ask(`/api/runs/${RUN}`, { 'if-none-match': etag })).toMatchObject({ status: 200 });
  });

  it.each([
    ['/api/runs/nobody', 404],
    ['/api/runs/..%2f..', 404],
    [`/api/runs/${RUN}/revisions/0`, 404],
    [`/api/runs/${RUN}/revisions/1`, 404],
    [`/api/runs/${RUN}/revisions/2/manifest`, 404],
    [`/api/runs/${RUN}/revisions/2/ingredients?from=-1`, 400],
    ['/%ff', 400],
    ['/server.ts', 404],
  ])('answers %s with %i and a sentence', async (path, status) => {
    const answer = await ask(path);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({ error: expect.stringMatching(/\w/) });
  });
});

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

  it('are selected from without sorting the rest', () => {
    const numbers = fc.array(fc.double({ noNaN: true }), { maxLength: 200 });
    const property = fc.property(numbers, fc.nat(220), fc.boolean(), (given, count, alike) => {
      const all = alike ? given.map((number) => Math.sign(number)) : given;
      const selected = Float64Array.from(all);
      sortLeast(selected, Math.min(count, all.length));
      const sorted = Float64Array.from(all).sort();
      expect(selected.subarray(0, count)).toEqual(sorted.subarray(0, count));
      expect(selected.sort()).toEqual(sorted);
    });
    fc.assert(property);
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
    source.files.set(
      `${RUN}/r2/changes.csv`,
      Buffer.from('menu_week,sku,delta\n2026-W49,A,-5\n2026-W49,B,2\n'),
    );
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

  it('are read as the letter of RFC 4180 has them', async () => {
    const cell = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', ',', '"', '\r\n', 'ö', '🍋', '""'),
    );
    const rows = fc.array(fc.tuple(cell, cell, fc.oneof(fc.constant(''), fc.integer())));
    const property = fc.asyncProperty(
      rows,
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      async (cells, end, bom) => {
        const header = ['first', 'second', 'number'];
        const text = stringify([header, ...cells], { record_delimiter: end, quoted_match: /[\r\n]/ });
        const bytes = Buffer.from((bom ? '\uFEFF' : '') + text);
        const read = await readColumns(bytes, (name) => (name === 'number' ? 'number' : 'text'));
        const [first, second, number] = read.columns;
        if (first.numeric || second.numeric || !number.numeric) throw new Error('kinds');
        const texts = (at: number) => [first.texts[first.values[at]], second.texts[second.values[at]]];
        expect(cells.map((_, at) => texts(at))).toEqual(
          // What UTF-8 cannot hold is replaced on the way into the file.
          cells.map(([a, b]) => [Buffer.from(a).toString(), Buffer.from(b).toString()]),
        );
        expect([...number.values]).toEqual(cells.map(([, , n]) => (n === '' ? NaN : Math.fround(n))));
      },
    );
    await fc.assert(property);
  });
});

describe('to whom the monitor listens', () => {
  const PATH = `/api/runs/${RUN}/replay`;
  const BODY = JSON.stringify({ weeks: ['2026-W50'], from: 'extract', reason: 'The menu is mended.' });
  const origin = () => new URL(monitor.url).origin;
  const own = () => ({
    origin: origin(),
    'x-larder-monitor': '1',
    'content-type': 'application/json',
  });

  it('is this computer alone, under its own name', async () => {
    expect(new URL(monitor.url).hostname).toBe('127.0.0.1');
    const { port } = new URL(monitor.url);
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      `127.0.0.1.evil.example:${port}`,
    ]) {
      expect(await ask('/api/runs', { host })).toMatchObject({ status: 421 });
    }
    expect(await ask('/', { host: `localhost:${port}` })).toMatchObject({ status: 200 });
  });

  it('lets the page load nothing from elsewhere, and nobody frame it', async () => {
    for (const path of ['/', '/page.js', '/page.css', '/icon.svg', '/api/runs', '/nothing']) {
      const { headers } = await ask(path);
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('hands a replay on, with its reason', async () => {
    expect(await ask(PATH, own(), 'POST', BODY)).toMatchObject({ status: 200 });
    expect(source.replays).toEqual([
      { runId: RUN, weeks: ['2026-W50'], from: 'extract', reason: 'The menu is mended.' },
    ]);
  });

  it('refuses a replay unless it was started for it', async () => {
    await restart(false);
    expect(await ask(PATH, own(), 'POST', BODY)).toMatchObject({ status: 403 });
    expect(source.replays).toEqual([]);
  });

  it.each<[string, (headers: Record<string, string>) => Record<string, string>]>([
    ['another origin', (headers) => ({ ...headers, origin: 'http://evil.example' })],
    ['no origin', ({ origin: _none, ...headers }) => headers],
    ['the null origin', (headers) => ({ ...headers, origin: 'null' })],
    ['a form', (headers) => ({ ...headers, 'content-type': 'text/plain' })],
    ['no header of its own', ({ 'x-larder-monitor': _none, ...headers }) => headers],
    ['another site, as the browser says', (headers) => ({ ...headers, 'sec-fetch-site': 'cross-site' })],
  ])('refuses a replay from %s', async (_name, change) => {
    expect(await ask(PATH, change(own()), 'POST', BODY)).toMatchObject({ status: 403 });
    expect(source.replays).toEqual([]);
  });

  it.each([
    ['no reason', { weeks: ['2026-W50'], from: 'extract', reason: '  ' }],
    ['no week', { weeks: [], from: 'extract', reason: 'r' }],
    ['a week of another run', { weeks: ['2027-W01'], from: 'extract', reason: 'r' }],
    ['an unknown stage', { weeks: ['2026-W50'], from: 'bake', reason: 'r' }],
    ['a token', { weeks: ['2026-W50'], from: 'extract', reason: 'r', taskToken: 't' }],
  ])('refuses a replay with %s', async (_name, body) => {
    expect(await ask(PATH, own(), 'POST', JSON.stringify(body))).toMatchObject({ status: 400 });
    expect(source.replays).toEqual([]);
  });

  it('says why nothing was started', async () => {
    source.refusal = 'The run was cancelled.';
    const answer = await ask(PATH, own(), 'POST', BODY);
    expect(answer).toMatchObject({ status: 409 });
    expect(JSON.parse(answer.body)).toEqual({ error: 'The run was cancelled.' });
  });

  it('takes no other methods, and no endless bodies', async () => {
    expect(await ask(PATH, own(), 'PUT', BODY)).toMatchObject({ status: 405 });
    expect(await ask(PATH, own(), 'POST', 'x'.repeat(300_000))).toMatchObject({ status: 413 });
  });
});

describe('a deployed stack', () => {
  async function stack() {
    const world = await new World().configured();
    await world.store.updateRun(RUN_ID, (now) => now && { ...now, status: 'FAILED', revision: 2 });
    await world.store.updateWeek(RUN_ID, WEEK, (now) => now && { ...now, status: 'FAILED' });
    const asked: string[] = [];
    const backend: Backend = {
      ...world.deps,
      place: 'aws',
      pollMs: 1,
      published: ({ runId, revision }, file) => {
        asked.push(`${runId}/r${revision}/${file}`);
        return file === 'there.csv'
          ? Promise.resolve(Buffer.from('a'))
          : Promise.reject(new NotFoundError('not there'));
      },
      openInputs: () => ({ open: () => Promise.reject(new Error('not here')) }),
      defaultInput: undefined,
      bringInput: () => Promise.reject(new Error('not here')),
      run: () => Promise.reject(new Error('not here')),
      causeOf: () => Promise.resolve(''),
      close: () => Promise.resolve(),
    };
    return { world, asked, source: backendSource(backend, 'a stack') };
  }

  it('shows its runs, and the files of the revision that is asked for', async () => {
    const { source: deployed, asked } = await stack();
    const [{ run, weeksFailed }] = await deployed.runs();
    expect(weeksFailed).toBe(1);
    expect(await deployed.file(run, 1, 'there.csv')).toEqual(Buffer.from('a'));
    expect(await deployed.file(run, 1, 'changes.csv')).toBeUndefined();
    expect(asked).toEqual([`${RUN_ID}/r1/there.csv`, `${RUN_ID}/r1/changes.csv`]);
  });

  it('is sent the message of a replay, with its reason and no token', async () => {
    const { world, source: deployed } = await stack();
    const request = { runId: RUN_ID, weeks: [WEEK], from: 'extract', reason: 'mended' } as const;
    expect(await deployed.replay?.(request)).toContain('revision 3');
    expect(world.sent).toEqual([
      expect.objectContaining({
        week: WEEK,
        stage: 'extract',
        attempt: 2,
        replay: expect.objectContaining({ reason: 'mended' }),
      }),
    ]);
    expect(world.sent[0]).not.toHaveProperty('taskToken');
  });

  it('refuses a replay that has nothing to begin with, and sends nothing', async () => {
    const { world, source: deployed } = await stack();
    const request = { runId: RUN_ID, weeks: [WEEK], from: 'forecast', reason: 'r' } as const;
    await expect(deployed.replay?.(request)).rejects.toThrow(/no committed result of extract/);
    expect(world.sent).toEqual([]);
  });
});
