/** The rows of all input files, and what of them could not be read. */
import type { MenuWeek } from '../model.ts';
import type { Column } from './cells.ts';
import { COLUMNS, type InputFileName, type Row } from './input-files.ts';
import type { OrderLines } from './order-lines.ts';

/** The rows of every file but `orders.csv`, which has a store of its own. */
export type Tables = { readonly [F in Exclude<InputFileName, 'orders.csv'>]: readonly Row<F>[] } & {
  readonly orders: OrderLines;
  readonly refused: RefusedRows;
};

/** The rows that hold for a week: its own where it has any, else those of `*`. */
export function rowsOf<R extends { readonly menu_week: MenuWeek | '*' }>(rows: readonly R[], week: MenuWeek): R[] {
  const own = rows.filter((row) => row.menu_week === week);
  return own.length > 0 ? own : rows.filter((row) => row.menu_week === '*');
}

/** What these rows hold for, in words; those of `*` say the same for every week, and are then told once. */
export function weekOfRows(
  rows: readonly { readonly menu_week?: MenuWeek | '*' | undefined }[],
  week: MenuWeek,
): string {
  return rows[0]?.menu_week === '*' ? 'every week (*)' : week;
}

/**
 * What could not be read: rows with a wrong cell, by file, as they stood, and files that could not be read at
 * all. What seems to be missing may be in there, and is then no second mistake.
 */
export class RefusedRows {
  private readonly rows = new Map<InputFileName, Readonly<Record<string, string>>[]>();
  private readonly unreadable = new Set<InputFileName>();

  addFile(file: InputFileName): void {
    this.unreadable.add(file);
  }

  addRow(file: InputFileName, cells: Readonly<Record<string, string>>): void {
    const rows = this.rows.get(file) ?? [];
    if (rows.length === 0) this.rows.set(file, rows);
    const isShort = Object.values(cells).every((cell) => cell.length <= MAX_REFUSED_CELL_CHARACTERS);
    if (isShort && rows.length < MAX_REFUSED_ROWS_KEPT) rows.push(cells);
    else this.unreadable.add(file);
  }

  /** Whether a refused row of the file may be one that has these cells. */
  mayHold(file: InputFileName, cells: Readonly<Record<string, string>> = {}): boolean {
    if (this.unreadable.has(file)) return true;
    const columns: Readonly<Record<string, Column<unknown>>> = COLUMNS[file];
    return (this.rows.get(file) ?? []).some((row) =>
      Object.entries(cells).every(
        ([name, value]) => row[name] === value || row[name] === '*' || !columns[name].parse(row[name] ?? '').ok,
      ),
    );
  }
}

const MAX_REFUSED_ROWS_KEPT = 1_000;
const MAX_REFUSED_CELL_CHARACTERS = 10_000;
