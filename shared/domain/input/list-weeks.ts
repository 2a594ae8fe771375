import type { MenuWeek } from '../model.ts';
import type { Tables } from './tables.ts';

/** The weeks of `weeks.csv`, in calendar order. */
export function listWeeks(tables: Tables): MenuWeek[] {
  return tables['weeks.csv'].map((row) => row.menu_week).sort();
}
