/** What every part of a week is read from and reported to. */
import type { MenuWeek } from '../model.ts';
import type { Problems } from './problem.ts';
import { weekOfRows, type Tables } from './tables.ts';

/** What the parts of a week are read from and reported to. */
export interface Reading {
  readonly tables: Tables;
  readonly week: MenuWeek;
  readonly problems: Problems;
}

/** Reports the second and later rows of a key: within a week, or, where `week` is undefined, within the file. */
export function reportRepeats<R extends { readonly line: number; readonly menu_week?: MenuWeek | '*' | undefined }>(
  rows: readonly R[],
  file: string,
  column: string,
  keyOf: (row: R) => string,
  week: MenuWeek | undefined,
  problems: Problems,
): void {
  const first = new Map<string, number>();
  for (const row of [...rows].sort((a, b) => a.line - b.line)) {
    const key = keyOf(row);
    const before = first.get(key);
    if (before === undefined) first.set(key, row.line);
    else {
      const where = week === undefined ? '' : ` for ${weekOfRows(rows, week)}`;
      const message = `stands${where} on line ${before} already`;
      problems.error({ file, line: row.line, column, value: key, week, message });
    }
  }
}
