/** Two runs side by side: real processes, held against the published files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunDiff } from '../../../../tools/cli/diff/run-diff.ts';
import { readWorkbook } from '../../../shared/xlsx/read-workbook.ts';
import { csvOf, larderIn, runOf, temporaryFolder, type Printed } from '../larder.ts';

jest.setTimeout(120_000);
const folder = temporaryFolder();
const workbook = join(folder, 'diff.xlsx');
const larder = larderIn(folder);
const diffOf = (...args: string[]) => larder(['diff', ...args]);
const run = (...args: string[]) => runOf(larder, ...args);

/** P50 of a week, factory and SKU over its dates. */
function sums(run: Printed): Map<string, number> {
  const found = new Map<string, number>();
  for (const row of csvOf(run, 'ingredients.csv')) {
    const key = [row['menu_week'], row['factory'], row['sku']].join(' ');
    found.set(key, (found.get(key) ?? 0) + Number(row['p50']));
  }
  return found;
}

let baseline: Printed;
let whatIf: Printed;
let diff: RunDiff;
beforeAll(async () => {
  await larder(['sample', '--out', 'in', '--boxes', '400', '--recipes', '15', '--weeks', '2']);
  baseline = await run();
  whatIf = await run('--cap', 'SPA:2026-12-01=0', '--volume', '2026-W50=1.3', '--label', 'closed');
  const { code, stdout } = await diffOf(baseline.run_id, whatIf.run_id, '--json', '--out', workbook);
  expect(code).toBe(0);
  diff = JSON.parse(stdout) as RunDiff;
});

describe('larder diff', () => {
  it('adds up to what the two published files differ in, by week, factory and SKU', () => {
    expect(diff).toMatchObject({
      a: { run_id: baseline.run_id, revision: 1, kind: 'baseline' },
      b: { run_id: whatIf.run_id, revision: 1, kind: 'what-if', label: 'closed' },
    });
    const [a, b] = [sums(baseline), sums(whatIf)];
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
    const { stdout } = await diffOf(baseline.run_id, `${whatIf.run_id}/r1`);
    expect(stdout).toContain('"closed"');
    expect(stdout).toMatch(/the 20 largest of \d+ differences/);
    expect((await diffOf(baseline.run_id, baseline.run_id)).stdout).toContain('No factory needs a pack more or less');
  });

  it('writes the same numbers as a workbook', () => {
    const sheets = readWorkbook(readFileSync(workbook));
    const [headers, ...rows] = sheets.get('Ingredients')?.rows ?? [];
    const letterOf = (header: string) => [...headers].find(([, { value }]) => value === header)?.[0] ?? '';
    const change = rows.map((row) => row.get(letterOf('Change'))?.value);
    const wanted = diff.weeks.flatMap(({ skus }) => skus.map(({ packs }) => packs.delta));
    expect(change.map(Number).sort((a, b) => a - b)).toEqual(wanted.sort((a, b) => a - b));
    expect([...sheets.keys()]).toEqual(['Factories', 'Ingredients', 'Compared']);
  });

  it('says so where the workbook cannot be written', async () => {
    const nowhere = join(folder, 'no', 'x.xlsx');
    expect(await diffOf(baseline.run_id, whatIf.run_id, '--out', nowhere)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--out') as string,
    });
  });

  it('names a run or a revision that does not exist', async () => {
    expect(await diffOf(baseline.run_id, 'nobody')).toMatchObject({ code: 2, stdout: '' });
    const { code, stderr } = await diffOf(baseline.run_id, `${whatIf.run_id}/r4`);
    expect(code).toBe(2);
    expect(stderr).toContain('no published revision 4: it has r1');
  });
});
