/**
 * The face of a small writer of Excel workbooks, which knows nothing of forecasts: a workbook is made of these sheets
 * by writeWorkbook (write-workbook.ts). What stands in the cells, how they are shown, filters, colours and one chart.
 */

/** How a cell is set. */
export type CellStyle =
  | 'text'
  | 'muted'
  | 'strong'
  | 'title'
  | 'heading'
  | 'header'
  | 'numberHeader'
  | 'whole'
  | 'decimal'
  | 'signed'
  | 'percent'
  | 'signedPercent'
  | 'date';

/** Dates are ISO texts in cells of the style `date`; null: an empty cell. */
export type CellValue = string | number | null;
export interface StyledCell {
  readonly value: CellValue;
  readonly style: CellStyle;
}
export type Cell = CellValue | StyledCell;

export interface Column {
  /** In characters. */
  readonly width: number;
  /** Of the cells that have no style of their own. */
  readonly style: CellStyle;
}

export type Tone = 'good' | 'warn' | 'bad';

/** Colours the cells of a column for which a condition holds; of two that hold, the first. */
export interface Rule {
  /** From 0. */
  readonly column: number;
  /** From 1, both included; absent: every row below the frozen ones. */
  readonly rows?: { readonly first: number; readonly last: number };
  readonly when:
    | { readonly atLeast: number }
    | { readonly above: number }
    | { readonly below: number }
    | { readonly equals: string }
    | { readonly contains: string };
  readonly tone: Tone;
}

/** Stacked columns over a table that stands in the sheet: categories in its first column, series beside it. */
export interface Chart {
  readonly title: string;
  /** Where the table's corner is, from 0: the series' names stand right of it, the categories below it. */
  readonly table: { readonly row: number; readonly column: number };
  readonly categories: readonly string[];
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** From 0: the cells it covers, the last ones not included. */
  readonly over: {
    readonly from: { readonly row: number; readonly column: number };
    readonly to: { readonly row: number; readonly column: number };
  };
}

export interface Sheet {
  /** At most 31 characters, none of `[]:*?/\`. */
  readonly name: string;
  readonly columns: readonly Column[];
  /** Read once, from the first to the last. */
  readonly rows: Iterable<readonly Cell[]>;
  /** Rows that stay in view, and that are printed on every page. */
  readonly frozenRows?: number;
  /** Whether the first row carries filters for all below. */
  readonly hasFilter?: boolean;
  readonly rules?: readonly Rule[];
  readonly chart?: Chart;
}

export interface WorkbookProperties {
  readonly title: string;
  /** ISO instant. */
  readonly createdAt: string;
}
