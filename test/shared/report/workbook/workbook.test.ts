import { smallSample, spoil } from '../../pipeline/inputs/files.ts';
import { Publication, WEEKS } from '../../../functions/publisher/publication.ts';
import { column, partsOf, readWorkbook, sheetOf } from '../../xlsx/read-workbook.ts';

describe('the workbook', () => {
  let publication: Publication;
  let workbook: Uint8Array;
  beforeAll(async () => {
    const files = spoil(smallSample(), 'skus.csv', 'Chicken breast', "=cmd()|' /C calc'!A0");
    publication = await Publication.published(files);
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
    await again.publish();
    const other = again.published.blobs.get('run-1/r1/forecast.xlsx') ?? new Uint8Array();
    expect(Buffer.from(other).equals(Buffer.from(workbook))).toBe(true);
  });
});
