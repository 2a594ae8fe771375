/** A published table as a sheet: the same rows, as numbers and dates. */
import type { CellStyle, CellValue, Column as SheetColumn, Cell, Rule, Sheet } from '../../xlsx/sheet.ts';
import { COLUMNS, type Column, type ColumnName, type Table } from '../columns.ts';

type CsvCell = string | number;

export interface WorkbookTable extends Table {
  /** As the CSV file says them: an empty text is not known. */
  readonly rows: Iterable<readonly CsvCell[]>;
}

/** A condition on the cells of a published column. */
export type ColumnRule = Omit<Rule, 'column'> & { readonly column: ColumnName };

const DEFAULT_WIDTH_CHARACTERS = 11;
/** Above what anybody scrolls through, and below what a sheet holds. */
const MAX_ROWS = 1_000_000;

interface ShownColumn extends SheetColumn {
  readonly name: ColumnName;
  readonly heading: string;
  readonly read: (cell: CsvCell) => CellValue;
  /** Its place in the CSV's rows. */
  readonly at: number;
}

/** The columns that have a heading. */
export function tableSheet(table: WorkbookTable, rules: readonly ColumnRule[] = []): Sheet {
  const columns = table.columns.flatMap((name, at): ShownColumn[] => {
    const column: Column = COLUMNS[name];
    if (column.heading === undefined) return [];
    const { heading, width = DEFAULT_WIDTH_CHARACTERS } = column;
    return [{ name, heading, width, style: styleOf(column), read: readerOf(column), at }];
  });
  return {
    name: table.title,
    columns,
    rows: rowsOf(table, columns),
    frozenRows: 1,
    hasFilter: true,
    rules: rules.flatMap((rule) => {
      const column = columns.findIndex(({ name }) => name === rule.column);
      return column < 0 ? [] : [{ ...rule, column }];
    }),
  };
}

function styleOf({ type, format }: Column): CellStyle {
  switch (type) {
    case 'text':
    case 'word':
      return 'text';
    case 'date':
      return 'date';
    case 'integer':
    case 'limit':
      return format ?? 'whole';
    case 'decimal':
      return format ?? 'decimal';
  }
}

function readerOf({ type, unit }: Column): (cell: CsvCell) => CellValue {
  const number = (cell: CsvCell) => (cell === '' ? null : Number(cell));
  switch (type) {
    case 'text':
    case 'word':
    case 'date':
      // The CSV's apostrophe keeps spreadsheets from reading a formula; here the cell's style does.
      return (cell) => String(cell).replace(/^'(?=[=+\-@\t\r])/, '') || null;
    case 'integer':
      return number;
    case 'limit':
      return (cell) => (cell === 'inf' ? 'no cap' : number(cell));
    case 'decimal':
      return unit === 'percent' ? (cell) => (cell === '' ? null : Number(cell) / 100) : number;
  }
}

function* rowsOf({ file, rows }: WorkbookTable, columns: readonly ShownColumn[]): Iterable<Cell[]> {
  yield columns.map(({ heading, style }) => ({
    value: heading,
    style: style === 'text' || style === 'date' ? 'header' : 'numberHeader',
  }));
  let written = 0;
  for (const row of rows) {
    if (written++ === MAX_ROWS) {
      yield [{ value: `There are more rows; all of them are in ${file}.`, style: 'strong' }];
      return;
    }
    yield columns.map(({ at, read }) => read(row[at]));
  }
}
