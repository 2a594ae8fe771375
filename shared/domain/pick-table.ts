/** Discrete distributions as lookup tables. */

/** Entries of the first table: few enough for the first-level cache, which every pick goes to. */
const FIRST = 1 << 14;
/** A 16-bit piece shifted by this is an index of the first table. */
export const FIRST_SHIFT = 2;
/** Entries of the second table. */
const ENTRIES = 1 << 16;
/** Not an index (those end at 65,534): the draw is settled by the second table. */
export const ESCAPE = 0xffff;

/**
 * A discrete distribution for 16-bit random pieces. Whole 16,384ths are in the first table; what is left of
 * every weight shares the escape entries, which a second piece settles. So the weights are kept to about
 * 1e-7 instead of 1e-4, which matters to a recipe of small uptake.
 */
export interface PickTable {
  readonly first: Uint16Array;
  readonly second: Uint16Array;
}

/** A table of `weights` (non-negative, not all 0, index below 65,535), written into `into` when given. */
export function pickTable(weights: Float64Array, into?: PickTable): PickTable {
  const first = into?.first ?? new Uint16Array(FIRST);
  const second = into?.second ?? new Uint16Array(ENTRIES);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i];
  const left = new Float64Array(weights.length);
  let filled = 0;
  for (let i = 0; i < weights.length; i++) {
    const exact = (weights[i] / sum) * FIRST;
    const whole = Math.min(Math.floor(exact), FIRST - filled);
    first.fill(i, filled, filled + whole);
    filled += whole;
    left[i] = exact - whole;
  }
  first.fill(ESCAPE, filled);
  fillInProportion(second, left);
  return { first, second };
}

function fillInProportion(table: Uint16Array, weights: Float64Array): void {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i];
  if (!(sum > 0)) return;
  let cumulated = 0;
  let filled = 0;
  for (let i = 0; i < weights.length; i++) {
    cumulated += weights[i];
    const end = Math.round((cumulated / sum) * ENTRIES);
    table.fill(i, filled, end);
    filled = end;
  }
}
