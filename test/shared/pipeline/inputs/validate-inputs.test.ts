import fc from 'fast-check';
import { INPUT_FILES } from '../../../../shared/domain/input/input-files.ts';
import { said, smallSample, spoil, weekOf, type Files } from './files.ts';

const sample = smallSample();
const line = (file: string, n: number) => String(sample.get(file)).split('\n')[n - 1];

describe('valid inputs', () => {
  it('are read without a word', async () => {
    expect(await said(sample)).toEqual({ errors: [], warnings: [] });
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
});

describe('wrong inputs', () => {
  it.each<[what: string, files: Files, expected: RegExp]>([
    ['a missing file', new Map([...sample].filter(([file]) => file !== 'caps.csv')), /^caps\.csv: the file is missing/],
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
    ['an open quote', spoil(sample, 'factories.csv', 'Spalding', '"Spalding'), /^factories\.csv.*a quote is opened/],
    [
      'bytes that are not UTF-8',
      new Map(sample).set('skus.csv', Buffer.from([0x73, 0x6b, 0x75, 0x0a, 0xff, 0xfe])),
      /^skus\.csv.*not UTF-8/,
    ],
    [
      'a cell that is not a number',
      spoil(sample, 'weeks.csv', /2026-W49,\d+/, '2026-W49,many'),
      /^weeks\.csv:2 column boxes: "many" — expected a whole number from 0/,
    ],
    [
      'a date that does not exist',
      spoil(sample, 'delivery_days.csv', '2026-11-30', '2026-11-31'),
      /^delivery_days\.csv:2 column delivery_date: "2026-11-31" — expected a date/,
    ],
    [
      'a week that does not exist',
      spoil(sample, 'weeks.csv', '2026-W50', '2027-W53'),
      /^weeks\.csv:3 column menu_week: "2027-W53" — expected an ISO week/,
    ],
    [
      'an unknown fill',
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
      'shares that do not sum to 1',
      spoil(sample, 'box_mix.csv', /0\.\d+/, '0.9'),
      /^box_mix\.csv:\d+ column share: .* the shares of every week \(\*\) sum to this; expected 1/,
    ],
    [
      'a week without days',
      new Map(sample).set('delivery_days.csv', String(sample.get('delivery_days.csv')).replace(/2026-W50.*\n/g, '')),
      /^delivery_days\.csv column menu_week: expected at least one row for 2026-W50/,
    ],
    [
      'a recipe that no factory carries',
      new Map(sample).set('eligibility.csv', String(sample.get('eligibility.csv')).replace(/.*R001\n/g, '')),
      /^menu\.csv:\d+ column recipe_id: "R001" — no factory carries it/,
    ],
    [
      'an order on a date without delivery',
      spoil(sample, 'orders.csv', /2026-W49,[\d-]+/, '2026-W49,2026-06-01'),
      /^orders\.csv:\d+ column delivery_date: "2026-06-01"/,
    ],
    [
      'an order of two portion sizes',
      spoil(sample, 'orders.csv', /(O0000001,[^\n]*,)[24](,recipe[^\n]*\nO0000001,2026-W49,[\d-]+,)[24]/, '$12$24'),
      /^orders\.csv:3 column portions: .*expected the same/,
    ],
    [
      'an unknown recipe in an order',
      spoil(sample, 'orders.csv', /recipe,R\d+/, 'recipe,R999'),
      /^orders\.csv:2 column item_id: "R999"/,
    ],
  ])('with %s are refused, and the place is named', async (_, files, expected) => {
    const { errors } = await said(files);
    expect(errors).toContainEqual(expect.stringMatching(expected));
  });

  it('with a recipe in more than every box are refused, with the recipe and the number', async () => {
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
