/** Shares that ought to sum to 1. */
import type { MenuWeek } from '../model.ts';
import type { InputFileName } from './input-files.ts';
import type { Problems } from './problem.ts';
import type { Tables } from './tables.ts';

/** A sum of shares that is off by no more is scaled to 1 with a warning; more is refused. */
const MAX_DEVIATION = 0.01;
/** Shares of six decimals in some hundred rows may sum to 1 ± this without a mistake: it is not reported. */
const MAX_ROUNDING = 1e-4;

/** The shares scaled to sum to 1; reported where they miss it. */
export function normalised(
  shares: readonly number[],
  place: {
    readonly file: InputFileName;
    readonly column: string;
    readonly week: MenuWeek;
    readonly line: number;
    /** What the rows hold for, in words: one week, or all of them. */
    readonly ofWeek: string;
  },
  problems: Problems,
  { refused }: Tables,
): Float64Array {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const off = Math.abs(total - 1);
  const { file, column, week, line, ofWeek } = place;
  const found = { file, line, column, week, value: String(Number(total.toFixed(6))) };
  // Rows that were refused are missing from the sum.
  const isMeaningful = !refused.mayHold(file, { menu_week: week });
  if (isMeaningful && off > MAX_DEVIATION) {
    problems.error({
      ...found,
      message: `the shares of ${ofWeek} sum to this; expected 1 (1% off is tolerated)`,
    });
  } else if (isMeaningful && off > MAX_ROUNDING) {
    problems.warn({ ...found, message: `the shares of ${ofWeek} sum to this; they were scaled to 1` });
  }
  return Float64Array.from(shares, (share) => (total > 0 ? share / total : 0));
}
