import { publish } from '../../../../functions/publisher/handler.ts';
import { writeWorkbook } from '../../../../shared/xlsx/write-workbook.ts';
import { tableSheet } from '../../../../shared/report/workbook/table-sheet.ts';
import { smallSample, spoil } from '../../pipeline/inputs/files.ts';
import { RUN } from '../../pipeline/world.ts';
import { Publication, WEEKS } from '../../../functions/publisher/publication.ts';
import { partsOf, readWorkbook, type ReadSheet } from '../../xlsx/read-workbook.ts';

const PROPERTIES = { title: 'Test', createdAt: '2026-11-23T08:00:00.000Z' };

function sheetOf(workbook: Uint8Array, name: string): ReadSheet {
  const sheet = readWorkbook(workbook).get(name);
  if (!sheet) throw new Error(`There is no sheet ${name}.`);
  return sheet;
}

/** The cells below a header. */
function column({ rows }: ReadSheet, header: string) {
  const [letter] = [...rows[0]].find(([, { value }]) => value === header) ?? [];
  if (letter === undefined) throw new Error(`There is no column ${header}.`);
  return rows.slice(1).map((row) => row.get(letter));
}

function namesSheet(names: readonly string[]) {
  const columns = ['name', 'p50'] as const;
  const table = { file: 'x.csv', title: 'Names', columns, rows: names.map((name) => [name, 1]) };
  return sheetOf(writeWorkbook([tableSheet(table)], PROPERTIES), 'Names');
}

describe('the workbook', () => {
  let publication: Publication;
  let workbook: Uint8Array;
  beforeAll(async () => {
    const files = spoil(smallSample(), 'skus.csv', 'Chicken breast', "=cmd()|' /C calc'!A0");
    publication = await Publication.of(WEEKS, files);
    await publish(publication.deps, { runId: RUN });
    workbook = publication.published.blobs.get('run-1/r1/forecast.xlsx') ?? new Uint8Array();
  });

  it('has the sheets that planners look for, and comes with the mail', () => {
    expect([...readWorkbook(workbook).keys()]).toEqual([
      'Summary',
      'Ingredients',
      'Products',
      'Recipes',
      'Utilisation',
      'Changes',
      'Inputs & assumptions',
    ]);
    const attached = publication.mails[0].attachments?.find(({ filename }) => filename === 'forecast.xlsx');
    expect(attached && Buffer.from(attached.body).equals(Buffer.from(workbook))).toBe(true);
  });

  it.each([
    ['Ingredients', 'ingredients.csv'],
    ['Products', 'products.csv'],
    ['Recipes', 'recipes.csv'],
  ])('holds the rows of %s as numbers', (name, file) => {
    const sheet = sheetOf(workbook, name);
    const rows = publication.rows(`run-1/r1/${file}`);
    expect(sheet.rows).toHaveLength(rows.length + 1);
    for (const [header, key] of [
      ['P50', 'p50'],
      ['Mean', 'mean'],
      ['Placed', 'placed_qty'],
    ]) {
      expect(column(sheet, header).map((cell) => cell?.value)).toEqual(rows.map((row) => Number(row[key])));
    }
    expect(column(sheet, 'Previous P50').every((cell) => cell === undefined)).toBe(true);
    expect(column(sheet, 'P50')[0]?.format).toBe('#,##0');
  });

  it('holds dates as dates, shares as percentages, and says where there is no cap', () => {
    const sheet = sheetOf(workbook, 'Utilisation');
    const rows = publication.rows('run-1/r1/utilisation.csv');
    const days = (date: string) => (Date.parse(date) - Date.parse('1899-12-30')) / 86_400_000;
    expect(column(sheet, 'Delivery date').map((cell) => cell?.value)).toEqual(
      rows.map((row) => days(row['delivery_date'])),
    );
    expect(column(sheet, 'Utilisation').map((cell) => cell?.value)).toEqual(
      rows.map((row) => (row['utilisation'] === '' ? undefined : Number(row['utilisation']))),
    );
    expect(column(sheet, 'Utilisation').find((cell) => cell)?.format).toContain('%');
    expect(column(sheet, 'Cap').map((cell) => cell?.value)).toEqual(
      rows.map((row) => (row['cap'] === 'inf' ? 'no cap' : Number(row['cap']))),
    );
  });

  it('keeps headers in view, filters every column, colours what deserves it and draws a chart', () => {
    for (const name of ['Ingredients', 'Products', 'Recipes', 'Utilisation']) {
      const { xml, rows } = sheetOf(workbook, name);
      expect(xml).toContain('<pane ySplit="1" topLeftCell="A2"');
      expect(xml).toContain(`:${[...rows[0].keys()].at(-1)}${rows.length}"/>`);
      expect(xml).toMatch(/<cfRule /);
    }
    const parts = partsOf(workbook);
    const chart = parts.get('xl/charts/chart1.xml') ?? '';
    for (const week of WEEKS) expect(chart).toContain(week);
    expect(sheetOf(workbook, 'Summary').xml).toContain('<drawing r:id="rId1"/>');
  });

  it('takes no name for a formula, also when somebody edits the cell', () => {
    const cells = column(sheetOf(workbook, 'Ingredients'), 'Name');
    const bad = cells.filter((cell) => String(cell?.value).startsWith('='));
    expect(bad.length).toBeGreaterThan(0);
    expect(bad.every((cell) => cell?.isQuoted)).toBe(true);
    for (const xml of partsOf(workbook).values()) expect(xml).not.toMatch(/<f[ >]/);
  });

  it('is the same bytes for the same revision', async () => {
    const again = await Publication.of(
      WEEKS,
      spoil(smallSample(), 'skus.csv', 'Chicken breast', "=cmd()|' /C calc'!A0"),
    );
    await publish(again.deps, { runId: RUN });
    const other = again.published.blobs.get('run-1/r1/forecast.xlsx') ?? new Uint8Array();
    expect(Buffer.from(other).equals(Buffer.from(workbook))).toBe(true);
  });
});

describe('names in a workbook', () => {
  it.each([
    '=HYPERLINK("http://evil.example","x")',
    '+1',
    '-1',
    '@SUM(A1)',
    '<script>alert(1)</script> & "more"',
    'Größe 🥕👩‍🌾 家',
    'looks like an escape: _x000D_',
    'x'.repeat(300),
  ])('%j is what it was', (name) => {
    const [cell] = column(namesSheet([name]), 'Name');
    expect(cell?.value).toBe(name);
    expect(cell?.isQuoted).toBe(/^[=+\-@]/.test(name));
  });

  it('without the apostrophe that CSV needs', () => {
    expect(column(namesSheet(["'=1+1", "'s-Hertogenbosch"]), 'Name').map((cell) => cell?.value)).toEqual([
      '=1+1',
      "'s-Hertogenbosch",
    ]);
  });

  it('that XML cannot carry are replaced, and endless ones cut', () => {
    const [control, lone, long] = column(namesSheet(['a\u0000b', '\ud800x', 'y'.repeat(40_000)]), 'Name');
    expect(control?.value).toBe('a\ufffdb');
    expect(lone?.value).toBe('\ufffdx');
    expect(String(long?.value).length).toBe(32_767);
  });
});
