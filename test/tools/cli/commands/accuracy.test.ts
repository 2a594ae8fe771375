/** A published forecast against what was needed: real processes, held against the published files. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccuracyReport } from '../../../../tools/cli/accuracy/measure-accuracy.ts';
import { csvOf, larderIn, runOf, temporaryFolder, type Printed } from '../larder.ts';

jest.setTimeout(120_000);
const folder = temporaryFolder();
const larder = larderIn(folder);

type CsvRow = Record<string, string>;

let baseline: Printed;
beforeAll(async () => {
  await larder(['sample', '--out', 'in', '--boxes', '400', '--recipes', '15', '--weeks', '2']);
  baseline = await runOf(larder, '--weeks', '2');
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
    const { code, stdout } = await larder(['accuracy', '--actuals', file, '--json', ...args]);
    expect(code).toBe(0);
    return JSON.parse(stdout) as AccuracyReport;
  };

  it('is perfect where the P50 came true, and the sum of its parts where it did not', async () => {
    const rows = csvOf(baseline, 'ingredients.csv');
    write(rows, (row) => Number(row['p50']));
    expect((await report()).total).toMatchObject({ rows: rows.length, wmape: 0, bias: 0, coverage: 1 });

    const actual = (row: CsvRow) => Number(row['p50']) + (Number(row['p90']) % 7) - 2 * Number(row['p50'] > '5');
    const needed = (row: CsvRow) => Math.max(0, actual(row));
    write(rows, needed);
    const found = await report('--run', baseline.run_id);
    const sum = (value: (row: CsvRow) => number, list = rows) => list.reduce((all, row) => all + value(row), 0);
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
    const rows = csvOf(baseline, 'ingredients.csv');
    const day = rows.filter((row) => row['factory'] === 'WAR' && row['delivery_date'] === '2026-12-01');
    const one = day[0];
    writeFileSync(file, `${head}\n${one['sku']},1,WAR,2026-W49,2026-12-01\nX,9,WAR,2030-W01,2030-01-02\n`);
    const found = await report();
    expect(found.total).toMatchObject({ rows: day.length, actual: 1 });
    expect(found).toMatchObject({ rows_without_forecast: 1, weeks_without_forecast: ['2030-W01'] });
  });

  it('names everything that is wrong with the file', async () => {
    writeFileSync(file, `${head}\nA,-1,OAK,2026-W49,2026-12-01\nA,1,OAK,2026-W49,soon\n`);
    const { code, stderr } = await larder(['accuracy', '--actuals', file]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/actuals\.csv:2 column quantity: "-1".*\n.*actuals\.csv:3 column delivery_date: "soon"/);
    writeFileSync(file, '');
    expect((await larder(['accuracy', '--actuals', file])).code).toBe(2);
  });
});
