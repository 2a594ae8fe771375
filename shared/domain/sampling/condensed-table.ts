/** Discrete distributions as lookup tables of two levels. */

/**
 * Entries of the primary table: few enough for the first-level cache, which every pick goes to. The kernel, which draws,
 * takes a 16-bit piece without its last three bits for an index.
 */
export const PRIMARY_ENTRIES = 1 << 13;
export const SECONDARY_ENTRIES = 1 << 16;
/** An entry of the primary table that refers to the secondary one, a referral: no index (those end at 65,534). */
const IN_SECONDARY = 0xffff;

/**
 * A discrete distribution for 16-bit random pieces (Marsaglia, Tsang & Wang 2004, "Fast generation of discrete random
 * variables": condensed tables). Whole 8,192nds are in the primary table; what is left of every weight shares the
 * referrals, which a second piece settles in the secondary table. So the weights are kept to about 1e-7 instead of 1e-4,
 * which matters to a recipe of small uptake.
 */
export interface CondensedTable {
  readonly primary: Uint16Array;
  readonly secondary: Uint16Array;
}

/** A table of `weights` (non-negative, not all 0, index below 65,535), written into `into` when given. */
export function condensedTable(weights: Float64Array, into?: CondensedTable): CondensedTable {
  const primary = into?.primary ?? new Uint16Array(PRIMARY_ENTRIES);
  const secondary = into?.secondary ?? new Uint16Array(SECONDARY_ENTRIES);
  const entries = wholeEntries(weights, secondary);
  let filled = 0;
  for (let i = 0; i < weights.length; i++) {
    primary.fill(i, filled, filled + entries[i]);
    filled += entries[i];
  }
  primary.fill(IN_SECONDARY, filled);
  return { primary, secondary };
}

/**
 * The same distribution, laid out so that a small change of the weights changes few entries: the same random
 * numbers then draw the same, but for about as many picks as the weights have changed. (Laid out one after another,
 * all entries after the one that grew would move.)
 *
 * The entries are split in two, and in two again, down a binary tree over the indices, in an order of its own at
 * each level: a node whose share grows takes over a few entries of its sibling, and the others stay.
 */
export function steadyTable(weights: Float64Array): CondensedTable {
  const secondary = new Uint16Array(SECONDARY_ENTRIES);
  const entries = wholeEntries(weights, secondary);
  const levels = Math.ceil(Math.log2(weights.length + 1));
  const leaves = 2 ** levels;
  const left = new Int32Array(2 * leaves);
  left.set(entries, leaves);
  // The referrals are the last leaf.
  left[2 * leaves - 1] = PRIMARY_ENTRIES - entries.reduce((sum, count) => sum + count, 0);
  for (let node = leaves - 1; node > 0; node--) left[node] = left[2 * node] + left[2 * node + 1];
  const primary = new Uint16Array(PRIMARY_ENTRIES).fill(1);
  // [node] entries that still go to its left child; negative: it is full, and the right one gets the others.
  const room = Int32Array.from({ length: leaves }, (_, node) => left[2 * node]);
  for (let level = 0; level < levels; level++) {
    // Odd, so that every entry has its turn.
    const stride = (Math.imul(level + 1, 0x9e3779b1) >>> 0) | 1;
    for (let turn = 0, entry = 0; turn < PRIMARY_ENTRIES; turn++) {
      const node = primary[entry];
      primary[entry] = 2 * node + (--room[node] >>> 31);
      entry = (entry + stride) & (PRIMARY_ENTRIES - 1);
    }
  }
  for (let entry = 0; entry < PRIMARY_ENTRIES; entry++) {
    const index = primary[entry] - leaves;
    primary[entry] = index === leaves - 1 ? IN_SECONDARY : index;
  }
  return { primary, secondary };
}

/** [index] whole entries of the primary table; what is left of every weight goes into `secondary` in proportion. */
function wholeEntries(weights: Float64Array, secondary: Uint16Array): Int32Array {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i];
  const entries = new Int32Array(weights.length);
  const left = new Float64Array(weights.length);
  let filled = 0;
  for (let i = 0; i < weights.length; i++) {
    const exact = (weights[i] / sum) * PRIMARY_ENTRIES;
    entries[i] = Math.min(Math.floor(exact), PRIMARY_ENTRIES - filled);
    filled += entries[i];
    left[i] = exact - entries[i];
  }
  fillInProportion(secondary, left);
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
    const end = Math.round((cumulated / sum) * SECONDARY_ENTRIES);
    table.fill(i, filled, end);
    filled = end;
  }
}
