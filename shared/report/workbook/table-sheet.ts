/** A published table as a sheet: the same rows, as numbers and dates. */
import type { Cell, CellStyle, CellValue, Column, Rule, Sheet } from '../../xlsx/sheet.ts';

export interface WorkbookTable {
  readonly file: string;
  readonly columns: readonly string[];
  /** As the CSV file says them: an empty text is not known. */
  readonly rows: Iterable<readonly (string | number)[]>;
}

interface Meaning extends Column {
  readonly header: string;
  /** From the CSV's cell. */
  readonly read?: (cell: string | number) => CellValue;
}

/** The same in every row of a week, and said on the first sheet. */
const LEFT_OUT = new Set(['run_id', 'revision', 'previous_run_id', 'previous_revision']);
/** Above what anybody scrolls through, and below what a sheet holds. */
const MAX_ROWS = 1_000_000;

const number = (cell: string | number) => (cell === '' ? null : Number(cell));
const hundredth = (cell: string | number) => (cell === '' ? null : Number(cell) / 100);
/** The CSV's apostrophe keeps spreadsheets from reading a formula; here the cell's style does. */
const text = (cell: string | number) => String(cell).replace(/^'(?=[=+\-@\t\r])/, '') || null;
const whole = (header: string, width = 11): Meaning => ({ header, width, style: 'whole', read: number });
const words = (header: string, width: number, style: CellStyle = 'text'): Meaning => ({
  header,
  width,
  style,
  read: text,
});

const MEANINGS: Readonly<Record<string, Meaning>> = {
  menu_week: words('Menu week', 12),
  factory: words('Factory', 12),
  delivery_date: words('Delivery date', 17, 'date'),
  sku: words('SKU', 14),
  name: words('Name', 38),
  unit: words('Unit', 16),
  product_id: words('Product', 14),
  product_name: words('Name', 38),
  recipe_id: words('Recipe', 14),
  recipe_name: words('Name', 48),
  id: words('Id', 14),
  kind: words('Kind', 12),
  category: words('Category', 12),
  flag: words('Flag', 24),
  portions: whole('Portions'),
  mean: { header: 'Mean', width: 11, style: 'decimal', read: number },
  placed_qty: whole('Placed'),
  simulated_qty: whole('Simulated'),
  previous_p50: whole('Previous P50'),
  delta: { header: 'Change', width: 11, style: 'signed', read: number },
  delta_pct: { header: 'Change %', width: 11, style: 'signedPercent', read: hundredth },
  cap: {
    header: 'Cap',
    width: 11,
    style: 'whole',
    read: (cell) => (cell === 'inf' ? 'no cap' : number(cell)),
  },
  utilisation: { header: 'Utilisation', width: 12, style: 'percent', read: number },
  p90_over_cap: whole('P90 over cap', 14),
};

/** @param rules by the CSV's column names */
export function tableSheet(
  name: string,
  table: WorkbookTable,
  rules: readonly (Omit<Rule, 'column'> & { readonly column: string })[] = [],
): Sheet {
  const kept = table.columns.flatMap((column, at) => (LEFT_OUT.has(column) ? [] : [{ column, at }]));
  const columns = kept.map(({ column, at }) => ({ ...meaningOf(column), at }));
  return {
    name,
    columns,
    rows: rowsOf(table, columns),
    frozenRows: 1,
    hasFilter: true,
    rules: rules.flatMap((rule) => {
      const column = kept.findIndex((item) => item.column === rule.column);
      return column < 0 ? [] : [{ ...rule, column }];
    }),
  };
}

function meaningOf(column: string): Meaning {
  if (Object.hasOwn(MEANINGS, column)) return MEANINGS[column];
  const header = column.replaceAll('_', ' ');
  return whole(header.charAt(0).toUpperCase() + header.slice(1));
}

function* rowsOf(
  { file, rows }: WorkbookTable,
  columns: readonly (Meaning & { readonly at: number })[],
): Iterable<Cell[]> {
  yield columns.map(({ header, style }) => ({
    value: header,
    style: style === 'text' || style === 'date' ? 'header' : 'numberHeader',
  }));
  let written = 0;
  for (const row of rows) {
    if (written++ === MAX_ROWS) {
      yield [{ value: `There are more rows; all of them are in ${file}.`, style: 'strong' }];
      return;
    }
    yield columns.map(({ at, read }) => (read ? read(row[at]) : row[at]));
  }
}
