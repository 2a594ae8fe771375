/** Every input file, spoilt cell by cell, line by line and byte by byte: told in words, or read. */
import fc from 'fast-check';
import { formatProblem, type Problem } from '../../../../shared/domain/input/problem.ts';
import type { OrderLines } from '../../../../shared/domain/input/order-lines.ts';
import { readWeek } from '../../../../shared/domain/input/read-week.ts';
import { COLUMNS, INPUT_FILES, type InputFileName } from '../../../../shared/domain/input/input-files.ts';
import type { Column } from '../../../../shared/domain/input/cells.ts';
import { loadInputs, type LoadedInputs } from '../../../../shared/pipeline/inputs/read-inputs.ts';
import { validateInputs } from '../../../../shared/pipeline/inputs/validate-inputs.ts';
import { generateSample } from '../../../../tools/sample/sample.ts';
import { inputFiles, type Files } from '../../../shared/pipeline/inputs/files.ts';
import { anyText, holds, mutated, mutation, quoted, TEST_MS } from './fuzz.ts';

jest.setTimeout(TEST_MS);

/** Every file, with as few rows as make a week: each example reads all of them. */
const sample: Files = new Map(generateSample({ boxes: 60, weeks: 2, recipes: 6, factories: 3, seed: 7 }));
const isUsed = (sku: string) =>
  ['recipes.csv', 'products.csv'].some((file) => String(sample.get(file)).includes(`,${sku},`));
sample.set(
  'skus.csv',
  String(sample.get('skus.csv')).replace(/^(?!sku_id)([^,]+),.*\n/gm, (line, sku: string) => (isUsed(sku) ? line : '')),
);
const cellsOf = (file: InputFileName) =>
  String(sample.get(file))
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
const orderCells = (orders: OrderLines) =>
  Array.from({ length: orders.count }, (_, i) => [
    orders.orderId(i),
    orders.week(i),
    orders.date(i),
    orders.portions(i),
    orders.isRecipe(i),
    orders.item(i),
    orders.quantity(i),
  ]);
const anyFile = fc.constantFrom(...INPUT_FILES);
const csv = (rows: readonly (readonly string[])[], lineEnd = '\n') =>
  rows.map((row) => row.join(',') + lineEnd).join('');
const columnOf = (file: InputFileName, name: string): Column<unknown> =>
  (COLUMNS[file] as Readonly<Record<string, Column<unknown>>>)[name];

/** A place in a file, as parts of the whole. */
const anyPlace = fc.record({
  file: anyFile,
  row: fc.double({ min: 0, max: 0.999, noNaN: true }),
  column: fc.double({ min: 0, max: 0.999, noNaN: true }),
});

/**
 * Everything that is wrong, once it is certain that it is told as it should be.
 *
 * @param spoilt the text of a cell that a message may quote
 */
async function problemsOf(files: Files, spoilt = ''): Promise<readonly Problem[]> {
  const { errors, errorCount, weeks } = await validateInputs(inputFiles(files));
  expect(errors.length).toBe(Math.min(errorCount, 50));
  for (const error of errors) expectReadable(error, spoilt);
  if (errorCount === 0) await expectSound(files, weeks);
  return errors;
}

function expectReadable(problem: Problem, spoilt: string): void {
  expect(INPUT_FILES).toContain(problem.file);
  expect(problem.message).toMatch(/expected|stands .*already/);
  // What stands in the files is quoted as it is; the words around it are ours.
  const words = formatProblem({ ...problem, value: 'x' }).replaceAll(spoilt.trim() || 'x', 'x');
  expect(words).not.toMatch(/\s+at .*\.[jt]s:\d|undefined|NaN|\[object/);
  expect(formatProblem(problem)).not.toContain('\n');
  // What stands nowhere has no line: only what is missing, or concerns a whole file.
  if (problem.line === undefined) expect(problem.message).toMatch(/missing|expected (a|the|at|rows|exactly)/);
}

/** What passes is a week that can be computed. */
async function expectSound(files: Files, weeks: readonly string[]): Promise<void> {
  const { tables } = await loadInputs(inputFiles(files));
  for (const { menu_week } of tables['weeks.csv']) {
    const read = readWeek(tables, menu_week, { horizonWeeks: 0 });
    if (!read.ok) throw new Error(`${menu_week} is refused where nothing is wrong`);
    const { week } = read;
    expect(weeks).toContain(week.menuWeek);
    for (const shares of [week.dayShare, week.mix.share, week.uptake]) {
      const sum = shares.reduce((total, share) => total + share, 0);
      expect(Math.abs(sum - 1)).toBeLessThan(1e-9);
    }
    expect(week.catchAll).toBeGreaterThanOrEqual(0);
    expect([...week.caps].every((cap) => cap >= 0)).toBe(true);
    expect([...week.placed.recipe].every((recipe) => recipe < week.recipes.length)).toBe(true);
    expect([...week.billOfMaterials.sku].every((sku) => sku < week.skus.length)).toBe(true);
  }
}

describe('an input file', () => {
  it('with one wrong cell gives one error, with its place and what would be right', () =>
    holds(fc.tuple(anyPlace, anyText), 200, async ([place, text]) => {
      const rows = cellsOf(place.file);
      const row = 1 + Math.floor(place.row * (rows.length - 1));
      const at = Math.floor(place.column * rows[0].length);
      const name = rows[0][at];
      // A line break inside a cell is read as \n, whichever it was.
      const value = text.replace(/\r\n?/g, '\n').trim();
      const wrong = columnOf(place.file, name).parse(value);
      fc.pre(!wrong.ok);
      rows[row][at] = quoted(text);
      const errors = await problemsOf(new Map(sample).set(place.file, csv(rows)), text);
      expect(errors.map(formatProblem)).toEqual([
        formatProblem({
          file: place.file,
          line: row + 1 + lineBreaks(text),
          column: name,
          value,
          message: wrong.expected,
          severity: 'error',
        }),
      ]);
    }));

  it('with anything in a cell is told or read', () =>
    holds(fc.tuple(anyPlace, anyText), 200, async ([place, text]) => {
      const rows = cellsOf(place.file);
      const row = Math.floor(place.row * rows.length);
      rows[row][Math.floor(place.column * rows[0].length)] = quoted(text);
      await problemsOf(new Map(sample).set(place.file, csv(rows)), text);
    }));

  it('says the same with other line ends, a BOM, more columns, and columns in another order', async () => {
    const contents = ({ tables: { orders, ...rest } }: LoadedInputs) =>
      JSON.stringify([rest, orderCells(orders)], (key, value: unknown) => (key === 'line' ? 0 : value));
    const plain = contents(await loadInputs(inputFiles(sample)));
    await holds(
      fc.record({
        file: anyFile,
        ends: fc.infiniteStream(fc.constantFrom('\n', '\r\n')),
        bom: fc.boolean(),
        blank: fc.boolean(),
        turn: fc.nat(10),
        extra: anyText,
      }),
      100,
      async ({ file, ends, bom, blank, turn, extra }) => {
        const rows = cellsOf(file).map((row, i) => {
          const longer = [...row, i === 0 ? 'another' : quoted(extra)];
          return longer.map((_, c) => longer[(c + turn) % longer.length]);
        });
        const text = rows.map((row) => csv([row], ends.next().value)).join(blank ? '\r\n' : '');
        const files = new Map(sample).set(file, (bom ? '\uFEFF' : '') + text);
        const read = await loadInputs(inputFiles(files));
        expect(read.problems.errors.map(formatProblem)).toEqual([]);
        expect(contents(read) === plain).toBe(true);
      },
    );
  });

  it('with missing, doubled, renamed columns, or lines cut and doubled is told or read', () =>
    holds(
      fc.record({
        place: anyPlace,
        what: fc.constantFrom(
          'drop column',
          'double column',
          'rename',
          'short',
          'long',
          'drop',
          'double',
          'only header',
        ),
      }),
      200,
      async ({ place: { file, row: r, column: c }, what }) => {
        let rows = cellsOf(file);
        const row = 1 + Math.floor(r * (rows.length - 1));
        const column = Math.floor(c * rows[0].length);
        if (what === 'drop column') rows = rows.map((cells) => cells.filter((_, i) => i !== column));
        if (what === 'double column') rows = rows.map((cells) => [...cells, cells[column]]);
        if (what === 'rename') rows[0][column] += '2';
        if (what === 'short') rows[row].pop();
        if (what === 'long') rows[row].push('more');
        if (what === 'drop') rows.splice(row, 1);
        if (what === 'double') rows.push(rows[row]);
        if (what === 'only header') rows.length = 1;
        const errors = await problemsOf(new Map(sample).set(file, csv(rows)));
        if (what === 'short' || what === 'long') {
          expect(errors.map(({ line }) => line)).toContain(row + 1);
          expect(errors[0].message).toMatch(/^expected \d+ cells/);
        }
      },
    ));

  it('with bytes flipped, cut, inserted, doubled or missing is told or read', () =>
    holds(fc.tuple(anyFile, fc.array(mutation, { minLength: 1, maxLength: 4 })), 600, async ([file, mutations]) => {
      const bytes = mutations.reduce<Uint8Array>(mutated, Buffer.from(String(sample.get(file))));
      await problemsOf(new Map<string, string | Uint8Array>(sample).set(file, bytes));
    }));
});

/** Lines that a quoted cell goes on for, and the record with it. */
function lineBreaks(text: string): number {
  return text.match(/\r\n?|\n/g)?.length ?? 0;
}

describe('what was misread once is read', () => {
  const errorsOf = async (file: InputFileName, change: (text: string) => string) =>
    (await problemsOf(new Map(sample).set(file, change(String(sample.get(file)))))).map(formatProblem);

  it.each([
    ['CRLF header, LF rows', (text: string) => text.replace('\n', '\r\n')],
    ['LF header, CRLF rows', (text: string) => text.replace(/\n/g, '\r\n').replace('\r\n', '\n')],
  ])('%s are read', async (_, change) => {
    for (const file of INPUT_FILES) expect(await errorsOf(file, change)).toEqual([]);
  });

  it('a line is named rightly behind a quoted line break of either kind', async () => {
    const [header, first, ...rest] = cellsOf('skus.csv');
    const broken = first.map((cell, i) => (i === 1 ? '"two\r\nlines"' : cell));
    const text = csv([header, broken, ['only one'], ...rest]);
    expect(await errorsOf('skus.csv', () => text)).toContainEqual(expect.stringContaining('skus.csv:4: "1 cells"'));
  });

  it('a SKU needs a name and a unit', async () => {
    const blank = (column: number) => (text: string) =>
      text.replace(
        /\n([^\n]*)\n/,
        (_, row: string) =>
          `\n${row
            .split(',')
            .map((cell, i) => (i === column ? ' ' : cell))
            .join(',')}\n`,
      );
    const header = cellsOf('skus.csv')[0];
    for (const name of ['name', 'unit']) {
      expect(await errorsOf('skus.csv', blank(header.indexOf(name)))).toEqual([
        expect.stringMatching(new RegExp(`^skus.csv:2 column ${name}: "" — expected text`)),
      ]);
    }
  });

  it('shares of * that do not sum to 1 are told once, and a share that is none brings nothing else', async () => {
    const [, ...days] = cellsOf('delivery_days.csv').filter(([week]) => week !== '2026-W50');
    const rows = (first: string) => [
      ['menu_week', 'delivery_date', 'share'],
      ...days.map(([, date, share], i) => ['*', date, i === 0 ? first : share]),
    ];
    const files = new Map(sample).set('orders.csv', `${cellsOf('orders.csv')[0].join(',')}\n`);
    const said = async (first: string) =>
      (await problemsOf(new Map(files).set('delivery_days.csv', csv(rows(first))))).map(formatProblem);
    expect(await said('0.9')).toEqual([expect.stringMatching(/the shares of every week \(\*\) sum to this/)]);
    expect(await said('lots')).toEqual([expect.stringMatching(/^delivery_days.csv:2 column share: "lots"/)]);
  });
});
