/** Two runs side by side, and a forecast against what was needed: real processes, held against the published files. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Summary } from '../../../shared/report/summary.ts';
import type { RunDiff } from '../../../tools/cli/diff/run-diff.ts';
import type { AccuracyReport } from '../../../tools/cli/accuracy/measure-accuracy.ts';
import { readWorkbook } from '../../shared/xlsx/read-workbook.ts';

const LARDER = resolve('tools/larder.js');
const folder = mkdtempSync(join(tmpdir(), 'larder-compare-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
jest.setTimeout(120_000);

type CsvRow = Record<string, string>;
type Printed = Summary & { readonly output: string };

function larder(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [LARDER, ...args], { cwd: folder });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}

async function run(...args: string[]): Promise<Printed> {
  const ended = await larder('run', '--input', 'in', '--weeks', '2', '--scenarios', '30', '--json', ...args);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(ended.stdout) as Printed;
}

const rowsOf = (printed: Printed): CsvRow[] =>
  parse(readFileSync(join(printed.output, 'ingredients.csv')), { columns: true });
const mails = () => {
  const box = join(folder, '.larder', 'mail');
  return existsSync(box) ? readdirSync(box) : [];
};
/** P50 of a week, factory and SKU over its dates. */
function sums(rows: readonly CsvRow[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const row of rows) {
    const key = [row['menu_week'], row['factory'], row['sku']].join(' ');
    found.set(key, (found.get(key) ?? 0) + Number(row['p50']));
  }
  return found;
}

let baseline: Printed;
let whatIf: Printed;
beforeAll(async () => {
  await larder('sample', '--out', 'in', '--boxes', '400', '--recipes', '15', '--weeks', '2');
  baseline = await run();
  whatIf = await run('--cap', 'SPA:2026-12-01=0', '--volume', '2026-W50=1.3', '--label', 'closed');
});

describe('larder diff', () => {
  it('adds up to what the two published files differ in, by week, factory and SKU', async () => {
    const { code, stdout } = await larder('diff', baseline.run_id, whatIf.run_id, '--json');
    expect(code).toBe(0);
    const diff = JSON.parse(stdout) as RunDiff;
    expect(diff).toMatchObject({
      a: { run_id: baseline.run_id, revision: 1, kind: 'baseline' },
      b: { run_id: whatIf.run_id, revision: 1, kind: 'what-if', label: 'closed' },
    });
    const [a, b] = [sums(rowsOf(baseline)), sums(rowsOf(whatIf))];
    const expected = [...new Set([...a.keys(), ...b.keys()])]
      .map((key) => [key, a.get(key) ?? 0, b.get(key) ?? 0] as const)
      .filter(([, before, now]) => before !== now);
    const told = diff.weeks.flatMap(({ skus }) =>
      skus.map(({ menu_week, factory, sku, packs }) => {
        expect(packs.delta).toBe(packs.b - packs.a);
        return [`${menu_week} ${factory} ${sku}`, packs.a, packs.b] as const;
      }),
    );
    expect(new Set(told.map(String))).toEqual(new Set(expected.map(String)));
    for (const { menu_week, packs } of diff.weeks) {
      const total = (map: ReadonlyMap<string, number>) =>
        [...map].reduce((sum, [key, value]) => sum + (key.startsWith(menu_week) ? value : 0), 0);
      expect(packs).toMatchObject({ a: total(a), b: total(b) });
    }
  });

  it('shows people the totals and the largest differences', async () => {
    const { stdout } = await larder('diff', baseline.run_id, `${whatIf.run_id}/r1`);
    expect(stdout).toContain('"closed"');
    expect(stdout).toMatch(/the 20 largest of \d+ differences/);
    expect((await larder('diff', baseline.run_id, baseline.run_id)).stdout).toContain(
      'No factory needs a pack more or less',
    );
  });

  it('writes the same numbers as a workbook', async () => {
    const out = join(folder, 'diff.xlsx');
    const { code, stdout } = await larder('diff', baseline.run_id, whatIf.run_id, '--json', '--out', out);
    expect(code).toBe(0);
    const { weeks } = JSON.parse(stdout) as RunDiff;
    const sheet = readWorkbook(readFileSync(out)).get('Ingredients');
    const [headers, ...rows] = sheet?.rows ?? [];
    const letterOf = (header: string) => [...headers].find(([, { value }]) => value === header)?.[0] ?? '';
    const change = rows.map((row) => row.get(letterOf('Change'))?.value);
    const wanted = weeks.flatMap(({ skus }) => skus.map(({ packs }) => packs.delta));
    expect(change.map(Number).sort((a, b) => a - b)).toEqual(wanted.sort((a, b) => a - b));
    expect([...readWorkbook(readFileSync(out)).keys()]).toEqual(['Factories', 'Ingredients', 'Compared']);
    const nowhere = await larder(
      'diff',
      baseline.run_id,
      whatIf.run_id,
      '--out',
      join(folder, 'no', 'x.xlsx'),
    );
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('--out') as string });
  });

  it('names a run or a revision that does not exist', async () => {
    expect(await larder('diff', baseline.run_id, 'nobody')).toMatchObject({ code: 2, stdout: '' });
    const { code, stderr } = await larder('diff', baseline.run_id, `${whatIf.run_id}/r4`);
    expect(code).toBe(2);
    expect(stderr).toContain('no published revision 4: it has r1');
  });
});

describe('a what-if', () => {
  it('mails nobody by itself, and says so', async () => {
    expect(mails()).toHaveLength(1);
    expect((await larder('status', whatIf.run_id)).stdout).toContain('mail not asked');
  });

  it('mails who asked, and is no baseline of the next run', async () => {
    await run('--cap', 'SPA:2026-12-01=0', '--notify', 'ada@example.com');
    expect(mails()).toHaveLength(2);
    const texts = mails().map((file) => readFileSync(join(folder, '.larder', 'mail', file), 'utf8'));
    expect(texts.filter((text) => text.includes('To: ada@example.com'))).toHaveLength(1);
    expect((await run()).previous).toMatchObject({ run_id: baseline.run_id });
  });

  it('is what an address asks for: any other run mails the Planning team', async () => {
    const { code, stderr } = await larder('run', '--input', 'in', '--notify', 'ada@example.com');
    expect(code).toBe(2);
    expect(stderr).toContain('settings.notify');
    const split = await larder('run', '--input', 'in', '--volume', '2026-W49=2', '--notify', 'a@b.c,d@e.f');
    expect(split).toMatchObject({ code: 2 });
  });
});

describe('larder accuracy', () => {
  const file = join(folder, 'actuals.csv');
  const head = 'sku,quantity,factory,menu_week,delivery_date';
  const write = (rows: readonly CsvRow[], quantity: (row: CsvRow) => number) => {
    const lines = rows.map((row) =>
      [row['sku'], quantity(row), row['factory'], row['menu_week'], row['delivery_date']].join(','),
    );
    writeFileSync(file, [head, ...lines, ''].join('\n'));
  };
  const report = async (...args: string[]) => {
    const { code, stdout } = await larder('accuracy', '--actuals', file, '--json', ...args);
    expect(code).toBe(0);
    return JSON.parse(stdout) as AccuracyReport;
  };

  it('is perfect where the P50 came true, and the sum of its parts where it did not', async () => {
    const rows = rowsOf(baseline);
    write(rows, (row) => Number(row['p50']));
    expect((await report()).total).toMatchObject({ rows: rows.length, wmape: 0, bias: 0, coverage: 1 });

    const actual = (row: CsvRow) =>
      Number(row['p50']) + (Number(row['p90']) % 7) - 2 * Number(row['p50'] > '5');
    const needed = (row: CsvRow) => Math.max(0, actual(row));
    write(rows, needed);
    const found = await report('--run', baseline.run_id);
    const sum = (value: (row: CsvRow) => number, list = rows) =>
      list.reduce((all, row) => all + value(row), 0);
    const missed = (row: CsvRow) => Math.abs(Number(row['p50']) - needed(row));
    const isInside = (row: CsvRow) => needed(row) >= Number(row['p10']) && needed(row) <= Number(row['p90']);
    expect(found.total.wmape).toBeCloseTo(sum(missed) / sum(needed), 5);
    expect(found.total.bias).toBeCloseTo(sum((row) => Number(row['p50']) - needed(row)) / sum(needed), 5);
    expect(found.total.coverage).toBeCloseTo(sum((row) => Number(isInside(row))) / rows.length, 5);
    const oak = rows.filter((row) => row['factory'] === 'OAK');
    const ofOak = found.factories.find(({ factory }) => factory === 'OAK');
    expect(ofOak?.wmape).toBeCloseTo(sum(missed, oak) / sum(needed, oak), 5);
    expect(found.weeks.map(({ menu_week }) => menu_week)).toEqual(['2026-W49', '2026-W50']);
    for (const groups of [found.weeks, found.factories, found.classes]) {
      expect(groups.reduce((all, { rows: own }) => all + own, 0)).toBe(found.total.rows);
    }
  });

  it('takes a SKU without a row as not needed where its factory and day have rows, and leaves out the rest', async () => {
    const rows = rowsOf(baseline);
    const day = rows.filter((row) => row['factory'] === 'WAR' && row['delivery_date'] === '2026-12-01');
    const one = day[0];
    writeFileSync(file, `${head}\n${one['sku']},1,WAR,2026-W49,2026-12-01\nX,9,WAR,2030-W01,2030-01-02\n`);
    const found = await report();
    expect(found.total).toMatchObject({ rows: day.length, actual: 1 });
    expect(found).toMatchObject({ rows_without_forecast: 1, weeks_without_forecast: ['2030-W01'] });
  });

  it('names everything that is wrong with the file', async () => {
    writeFileSync(file, `${head}\nA,-1,OAK,2026-W49,2026-12-01\nA,1,OAK,2026-W49,soon\n`);
    const { code, stderr } = await larder('accuracy', '--actuals', file);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /actuals\.csv:2 column quantity: "-1".*\n.*actuals\.csv:3 column delivery_date: "soon"/,
    );
    writeFileSync(file, '');
    expect((await larder('accuracy', '--actuals', file)).code).toBe(2);
  });
});
