/** Discrete distributions as lookup tables. */

/**
 * Entries of the first table: few enough for the first-level cache, which every pick goes to. The kernel, which draws,
 * takes a 16-bit piece without its last three bits for an index.
 */
const FIRST = 1 << 13;
/** Entries of the second table. */
const ENTRIES = 1 << 16;
/** Not an index (those end at 65,534): the draw is settled by the second table. */
const ESCAPE = 0xffff;

/**
 * A discrete distribution for 16-bit random pieces. Whole 8,192nds are in the first table; what is left of
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
  const entries = wholeEntries(weights, second);
  let filled = 0;
  for (let i = 0; i < weights.length; i++) {
    first.fill(i, filled, filled + entries[i]);
    filled += entries[i];
  }
  first.fill(ESCAPE, filled);
  return { first, second };
}

/**
 * The same distribution, laid out so that a small change of the weights changes few entries: the same random
 * numbers then draw the same, but for about as many picks as the weights have changed. (Laid out one after another,
 * all entries after the one that grew would move.)
 *
 * The entries are split in two, and in two again, down a binary tree over the indices, in an order of its own at
 * each level: a node whose share grows takes over a few entries of its sibling, and the others stay.
 */
export function steadyPickTable(weights: Float64Array): PickTable {
  const second = new Uint16Array(ENTRIES);
  const entries = wholeEntries(weights, second);
  const levels = Math.ceil(Math.log2(weights.length + 1));
  const leaves = 2 ** levels;
  const left = new Int32Array(2 * leaves);
  left.set(entries, leaves);
  // The escape is the last leaf.
  left[2 * leaves - 1] = FIRST - entries.reduce((sum, count) => sum + count, 0);
  for (let node = leaves - 1; node > 0; node--) left[node] = left[2 * node] + left[2 * node + 1];
  const first = new Uint16Array(FIRST).fill(1);
  // [node] entries that still go to its left child; negative: it is full, and the right one gets the others.
  const room = Int32Array.from({ length: leaves }, (_, node) => left[2 * node]);
  for (let level = 0; level < levels; level++) {
    // Odd, so that every entry has its turn.
    const stride = (Math.imul(level + 1, 0x9e3779b1) >>> 0) | 1;
    for (let turn = 0, entry = 0; turn < FIRST; turn++, entry = (entry + stride) & (FIRST - 1)) {
      const node = first[entry];
      first[entry] = 2 * node + (--room[node] >>> 31);
    }
  }
  for (let entry = 0; entry < FIRST; entry++) {
    const index = first[entry] - leaves;
    first[entry] = index === leaves - 1 ? ESCAPE : index;
  }
  return { first, second };
}

/** [index] whole entries of the first table; what is left of every weight goes into `second` in proportion. */
function wholeEntries(weights: Float64Array, second: Uint16Array): Int32Array {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i];
  const entries = new Int32Array(weights.length);
  const left = new Float64Array(weights.length);
  let filled = 0;
  for (let i = 0; i < weights.length; i++) {
    const exact = (weights[i] / sum) * FIRST;
    entries[i] = Math.min(Math.floor(exact), FIRST - filled);
    filled += entries[i];
    left[i] = exact - entries[i];
  }
  fillInProportion(second, left);
  return entries;
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
