import fc from 'fast-check';
import { INPUT_FILES } from '../../../../shared/domain/input/input-files.ts';
import type { MenuWeek } from '../../../../shared/domain/model.ts';
import { loadInputs } from '../../../../shared/pipeline/inputs/read-inputs.ts';
import { inputFiles, said, smallSample, spoil, weekOf, type Files } from './files.ts';

const sample = smallSample();
const line = (file: string, n: number) => String(sample.get(file)).split('\n')[n - 1];

describe('valid inputs', () => {
  it('are read without a word', async () => {
    expect(await said(sample)).toEqual({ errors: [], warnings: [] });
  });

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

  it('may lack the optional files', async () => {
    const files = new Map(sample);
    files.delete('orders.csv');
    files.delete('products.csv');
    expect(await said(files)).toEqual({ errors: [], warnings: [] });
    expect((await weekOf(files, '2026-W49')).placed.count).toBe(0);
  });

  it('take shares that miss 1 by up to 1%, with a warning', async () => {
    const files = spoil(sample, 'delivery_days.csv', '0.19', '0.195');
    const { errors, warnings } = await said(files);
    expect(errors).toEqual([]);
    expect(warnings).toHaveLength(1);
    expect((await weekOf(files, '2026-W49')).dayShare.reduce((sum, share) => sum + share)).toBeCloseTo(1, 12);
  });

  it('group order lines into boxes; quantity 2 is the recipe twice', async () => {
    const header = 'order_id,menu_week,delivery_date,portions,item_type,item_id,quantity';
    const recipe = line('menu.csv', 2).split(',')[1];
    const orders = `${header}\nA,2026-W49,2026-11-30,2,recipe,${recipe},2\nB,2026-W49,2026-12-01,4,recipe,${recipe},1\nA,2026-W49,2026-11-30,2,product,P01,3\n`;
    const { placed, recipes, products } = await weekOf(new Map(sample).set('orders.csv', orders), '2026-W49');
    expect(placed.count).toBe(2);
    expect([...placed.recipe].map((r) => recipes[r].id)).toEqual([recipe, recipe, recipe]);
    expect([...placed.recipeStart]).toEqual([0, 2, 3]);
    expect(products[placed.product[0]].id).toBe('P01');
    expect([...placed.units]).toEqual([3]);
  });

  it('let placed orders win over fewer expected boxes, flagged', async () => {
    const files = spoil(sample, 'weeks.csv', /2026-W49,\d+/, '2026-W49,5');
    const { errors, warnings } = await said(files);
    expect(errors).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('the placed ones win')]);
  });

  it('go on without a bill of materials, flagged', async () => {
    const recipe = line('menu.csv', 2).split(',')[1];
    const bills = String(sample.get('recipes.csv'))
      .split('\n')
      .filter((row) => !row.startsWith(`${recipe},`));
    const { errors, warnings } = await said(new Map(sample).set('recipes.csv', bills.join('\n')));
    expect(errors).toEqual([]);
    expect(warnings).toContainEqual(expect.stringMatching(new RegExp(`${recipe}.*has no bill of materials`)));
  });

  it('keep only the orders of the weeks asked for', async () => {
    const { tables } = await loadInputs(inputFiles(sample), { weeks: new Set(['2026-W50' as MenuWeek]) });
    const weeks = Array.from({ length: tables.orders.count }, (_, i) => tables.orders.week(i));
    expect(new Set(weeks)).toEqual(new Set(['2026-W50']));
  });
});

describe('wrong inputs', () => {
  it.each<[string, Files, RegExp]>([
    [
      'a missing file',
      new Map([...sample].filter(([file]) => file !== 'caps.csv')),
      /^caps\.csv: the file is missing/,
    ],
    [
      'a missing column',
      spoil(sample, 'menu.csv', 'uptake', 'uptaek'),
      /^menu\.csv:1 column uptake: the column is missing/,
    ],
    [
      'a doubled column',
      spoil(sample, 'weeks.csv', 'boxes_sd', 'boxes'),
      /^weeks\.csv:1 column boxes: the column stands there twice/,
    ],
    ['an empty file', new Map(sample).set('weeks.csv', ''), /^weeks\.csv:1: expected a header row/],
    [
      'a short line',
      spoil(sample, 'skus.csv', /\nSKU-1002,[^\n]*/, '\nSKU-1002,x'),
      /^skus\.csv:3: "2 cells" — expected 5/,
    ],
    [
      'an open quote',
      spoil(sample, 'factories.csv', 'Spalding', '"Spalding'),
      /^factories\.csv.*a quote is opened/,
    ],
    [
      'no UTF-8',
      new Map(sample).set('skus.csv', Buffer.from([0x73, 0x6b, 0x75, 0x0a, 0xff, 0xfe])),
      /^skus\.csv.*not UTF-8/,
    ],
    [
      'a number that is none',
      spoil(sample, 'weeks.csv', /2026-W49,\d+/, '2026-W49,many'),
      /^weeks\.csv:2 column boxes: "many" — expected a whole number from 0/,
    ],
    [
      'a date that is none',
      spoil(sample, 'delivery_days.csv', '2026-11-30', '2026-11-31'),
      /^delivery_days\.csv:2 column delivery_date: "2026-11-31" — expected a date/,
    ],
    [
      'a week that is none',
      spoil(sample, 'weeks.csv', '2026-W50', '2027-W53'),
      /^weeks\.csv:3 column menu_week: "2027-W53" — expected an ISO week/,
    ],
    [
      'a fill that is none',
      spoil(sample, 'factories.csv', 'exact', 'exactly'),
      /^factories\.csv:2 column fill: "exactly" — expected exact or at_most/,
    ],
    [
      'two catch-alls',
      spoil(sample, 'factories.csv', 'false', 'true'),
      /^factories\.csv.*column catch_all.*exactly one/,
    ],
    [
      'an unknown SKU',
      spoil(sample, 'recipes.csv', /SKU-\d+/, 'SKU-9'),
      /^recipes\.csv:2 column sku: "SKU-9" — expected an id that skus\.csv lists/,
    ],
    ['an unknown factory', spoil(sample, 'caps.csv', /\nOAK/, '\nELM'), /^caps\.csv:2 column factory: "ELM"/],
    [
      'a missing cap',
      spoil(sample, 'caps.csv', /\nOAK,[^\n]*/, ''),
      /^caps\.csv column cap: expected a row for OAK on 2026-11-30/,
    ],
    [
      'a doubled key',
      spoil(sample, 'caps.csv', /\n(OAK,[^\n]*)/, '\n$1\n$1'),
      /^caps\.csv:3 column factory: .* stands on line 2 already/,
    ],
    [
      'shares far off 1',
      spoil(sample, 'box_mix.csv', /0\.\d+/, '0.9'),
      /^box_mix\.csv:\d+ column share: .* the shares of every week \(\*\) sum to this; expected 1/,
    ],
    [
      'a week without days',
      new Map(sample).set(
        'delivery_days.csv',
        String(sample.get('delivery_days.csv')).replace(/2026-W50.*\n/g, ''),
      ),
      /^delivery_days\.csv column menu_week: expected at least one row for 2026-W50/,
    ],
    [
      'a recipe nobody carries',
      new Map(sample).set('eligibility.csv', String(sample.get('eligibility.csv')).replace(/.*R001\n/g, '')),
      /^menu\.csv:\d+ column recipe_id: "R001" — no factory carries it/,
    ],
    [
      'an order on no delivery date',
      spoil(sample, 'orders.csv', /2026-W49,[\d-]+/, '2026-W49,2026-06-01'),
      /^orders\.csv:\d+ column delivery_date: "2026-06-01"/,
    ],
    [
      'an order of two minds',
      spoil(
        sample,
        'orders.csv',
        /(O0000001,[^\n]*,)[24](,recipe[^\n]*\nO0000001,2026-W49,[\d-]+,)[24]/,
        '$12$24',
      ),
      /^orders\.csv:3 column portions: .*expected the same/,
    ],
    [
      'an unknown recipe in an order',
      spoil(sample, 'orders.csv', /recipe,R\d+/, 'recipe,R999'),
      /^orders\.csv:2 column item_id: "R999"/,
    ],
  ])('%s', async (_, files, expected) => {
    const { errors } = await said(files);
    expect(errors).toContainEqual(expect.stringMatching(expected));
  });

  it('a target above one names the recipe and the number', async () => {
    const files = spoil(sample, 'menu.csv', /(2026-W50,R\d+,.*),0\.\d+/, '$1,0.9');
    expect((await said(files)).errors).toContainEqual(
      expect.stringMatching(
        /R\d+ 0\.9" — at .* recipes a box it would be in \d+% of the boxes; expected less than 0\.\d+/,
      ),
    );
  });

  it('are all named at once, each with its place', async () => {
    let files = spoil(sample, 'weeks.csv', /2026-W49,\d+/, '2026-W49,-3');
    files = spoil(files, 'delivery_days.csv', '2026-12-01', '2026-13-01');
    files = spoil(files, 'box_mix.csv', /\*,2,2/, '*,two,2');
    files = spoil(files, 'menu.csv', /0\.\d+/, '1.7');
    files = spoil(files, 'recipes.csv', /SKU-\d+/, 'SKU-0');
    files = spoil(files, 'skus.csv', /\n(SKU-1002,[^\n]*)/, '\n$1\n$1');
    files = spoil(files, 'factories.csv', 'at_most', 'maybe');
    files = spoil(files, 'caps.csv', /,\d+\n/, ',lots\n');
    files = spoil(files, 'eligibility.csv', '\nOAK', '\nELM');
    files = spoil(files, 'orders.csv', /,recipe,/, ',dish,');
    const { errors } = await said(files);
    expect(errors).toHaveLength(10);
    for (const place of [
      'weeks.csv:2 column boxes: "-3"',
      'delivery_days.csv:3 column delivery_date: "2026-13-01"',
      'box_mix.csv:2 column recipes_per_box: "two"',
      'menu.csv:2 column uptake: "1.7"',
      'recipes.csv:2 column sku: "SKU-0"',
      'skus.csv:4 column sku: "SKU-1002"',
      'factories.csv:3 column fill: "maybe"',
      'caps.csv:2 column cap: "lots"',
      'eligibility.csv:2 column factory: "ELM"',
      'orders.csv:2 column item_type: "dish"',
    ]) {
      expect(errors).toContainEqual(expect.stringContaining(place));
    }
  });

  it('of more than fifty kinds are counted', async () => {
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

  it('of any bytes give problems and never an exception', async () => {
    const junk = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ maxLength: 200 }).map((text) => Buffer.from(text)),
      fc.constantFrom(...INPUT_FILES).map((file) => Buffer.from(`${String(sample.get(file))}"`)),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...INPUT_FILES), junk, async (file, bytes) => {
        const found = await said(new Map(sample).set(file, bytes));
        expect(found.errors.every((error) => error.startsWith(file) || error.includes('csv'))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
