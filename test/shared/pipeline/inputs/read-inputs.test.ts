import type { INPUT_FILES } from '../../../../shared/domain/input/input-files.ts';
import type { MenuWeek } from '../../../../shared/domain/model.ts';
import { loadInputs } from '../../../../shared/pipeline/inputs/read-inputs.ts';
import { inputFiles, said, smallSample, weekOf } from './files.ts';

const sample = smallSample();

describe('input files', () => {
  it('may have a BOM, CRLF, other columns, any column order and quoted names', async () => {
    const skus = String(sample.get('skus.csv')).trim().split('\n').slice(1);
    const turned = skus.map((row) => {
      const [sku, name, unit, category, life] = row.split(',');
      return `"${name}, ""best"" 🍅",${sku},ignored,${unit},${life},${category}`;
    });
    const text = `\uFEFFname,sku,other,unit,shelf_life_days,category\r\n${turned.join('\r\n')}\r\n`;
    const files = new Map(sample).set('skus.csv', text);
    expect(await said(files)).toEqual({ errors: [], warnings: [] });
    expect((await weekOf(files, '2026-W49')).skus[0].name).toMatch(/, "best" 🍅$/);
  });

  it('keep only the orders of the weeks asked for', async () => {
    const { tables } = await loadInputs(inputFiles(sample), { weeks: new Set(['2026-W50' as MenuWeek]) });
    const weeks = Array.from({ length: tables.orders.count }, (_, i) => tables.orders.week(i));
    expect(new Set(weeks)).toEqual(new Set(['2026-W50']));
  });

  it('with more than fifty problems have all of them counted', async () => {
    const files = new Map(sample).set('skus.csv', `sku,name,unit\n${'x,y\n'.repeat(80)}`);
    const { tables, problems } = await loadInputs(inputFiles(files));
    expect(problems.errors).toHaveLength(50);
    expect(problems.errorCount).toBe(80);
    expect(tables.refused.mayHold('skus.csv')).toBe(true);
  });

  it('with one endless line are refused in bounded memory', async () => {
    async function* endless(): AsyncIterable<Uint8Array> {
      yield Buffer.from('sku,name,unit\n"');
      await Promise.resolve();
      for (let at = 0; at < 4_000; at++) yield Buffer.alloc(65_536, 'x');
    }
    const files = inputFiles(sample);
    const open = (file: (typeof INPUT_FILES)[number]) =>
      file === 'skus.csv' ? Promise.resolve(endless()) : files.open(file);
    const before = process.memoryUsage().rss;
    const { problems } = await loadInputs({ open });
    expect(problems.errors[0].message).toMatch(/longer than 1048576/);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
  });
});
