/**
 * Attempts at a set of k distinct recipes: k picks by 16-bit pieces of random words, two in each, the lower half
 * first. An attempt writes its picks to `out` from `at` on and returns the factories that carry them all, as bits:
 * 0 for a repeat, none, or an escape.
 */

import { FIRST as TABLE_FIRST, FIRST_SHIFT as TABLE_SHIFT, type PickTable } from './pick-table';

// Compiled to CommonJS, an import is a getter: in a hot loop it costs as much as the draw itself.
const FIRST_SHIFT = TABLE_SHIFT;
const LOWER = TABLE_FIRST - 1;
const UPPER_SHIFT = 16 + TABLE_SHIFT;

/** What attempts draw from. */
export interface Carried extends PickTable {
  /** [recipe], factories as bits; 0 for the escape. */
  readonly carriedBy: Int32Array;
}

/** As many attempts as there are places in `mask` from `maskAt` to `maskEnd` − 1, `stride` words apart. */
export function attemptAll(
  { first, carriedBy }: Carried,
  words: Uint32Array,
  word: number,
  stride: number,
  k: number,
  out: Uint16Array,
  at: number,
  mask: Int32Array,
  maskAt: number,
  maskEnd: number,
): void {
  // A loop for each common size, so that V8 puts the attempt in place and no branch on k is left in it.
  if (k === 2)
    for (let i = maskAt; i < maskEnd; i++, word++, at += 2)
      mask[i] = attempt2(first, carriedBy, words, word, out, at);
  else if (k === 3)
    for (let i = maskAt; i < maskEnd; i++, word += 2, at += 3)
      mask[i] = attempt3(first, carriedBy, words, word, out, at);
  else if (k === 4)
    for (let i = maskAt; i < maskEnd; i++, word += 2, at += 4)
      mask[i] = attempt4(first, carriedBy, words, word, out, at);
  else if (k === 5)
    for (let i = maskAt; i < maskEnd; i++, word += 4, at += 5)
      mask[i] = attempt5(first, carriedBy, words, word, out, at);
  else
    for (let i = maskAt; i < maskEnd; i++, word += stride, at += k)
      mask[i] = attemptAny(first, carriedBy, words, word, k, out, at);
}

/** One attempt, with the words from `word` on. */
export function attempt(
  { first, carriedBy }: Carried,
  words: Uint32Array,
  word: number,
  k: number,
  out: Uint16Array,
  at: number,
): number {
  if (k === 3) return attempt3(first, carriedBy, words, word, out, at);
  if (k === 4) return attempt4(first, carriedBy, words, word, out, at);
  if (k === 2) return attempt2(first, carriedBy, words, word, out, at);
  return attemptAny(first, carriedBy, words, word, k, out, at);
}

function attempt2(
  first: Uint16Array,
  carriedBy: Int32Array,
  words: Uint32Array,
  word: number,
  out: Uint16Array,
  at: number,
): number {
  const ab = words[word];
  const a = first[(ab >>> FIRST_SHIFT) & LOWER];
  const b = first[ab >>> UPPER_SHIFT];
  out[at] = a;
  out[at + 1] = b;
  // Negative where two are equal: arithmetic instead of a branch that is hard to predict.
  const repeat = ((a ^ b) - 1) >> 31;
  return carriedBy[a] & carriedBy[b] & ~repeat;
}

function attempt3(
  first: Uint16Array,
  carriedBy: Int32Array,
  words: Uint32Array,
  word: number,
  out: Uint16Array,
  at: number,
): number {
  const ab = words[word];
  const a = first[(ab >>> FIRST_SHIFT) & LOWER];
  const b = first[ab >>> UPPER_SHIFT];
  const c = first[(words[word + 1] >>> FIRST_SHIFT) & LOWER];
  out[at] = a;
  out[at + 1] = b;
  out[at + 2] = c;
  const repeat = (((a ^ b) - 1) | ((a ^ c) - 1) | ((b ^ c) - 1)) >> 31;
  return carriedBy[a] & carriedBy[b] & carriedBy[c] & ~repeat;
}

function attempt4(
  first: Uint16Array,
  carriedBy: Int32Array,
  words: Uint32Array,
  word: number,
  out: Uint16Array,
  at: number,
): number {
  const ab = words[word];
  const cd = words[word + 1];
  const a = first[(ab >>> FIRST_SHIFT) & LOWER];
  const b = first[ab >>> UPPER_SHIFT];
  const c = first[(cd >>> FIRST_SHIFT) & LOWER];
  const d = first[cd >>> UPPER_SHIFT];
  out[at] = a;
  out[at + 1] = b;
  out[at + 2] = c;
  out[at + 3] = d;
  const repeat =
    ((a ^ b) - 1) | ((a ^ c) - 1) | ((a ^ d) - 1) | ((b ^ c) - 1) | ((b ^ d) - 1) | ((c ^ d) - 1);
  return carriedBy[a] & carriedBy[b] & carriedBy[c] & carriedBy[d] & ~(repeat >> 31);
}

function attempt5(
  first: Uint16Array,
  carriedBy: Int32Array,
  words: Uint32Array,
  word: number,
  out: Uint16Array,
  at: number,
): number {
  const mask = attempt4(first, carriedBy, words, word, out, at);
  const e = first[(words[word + 2] >>> FIRST_SHIFT) & LOWER];
  out[at + 4] = e;
  const repeat =
    ((out[at] ^ e) - 1) | ((out[at + 1] ^ e) - 1) | ((out[at + 2] ^ e) - 1) | ((out[at + 3] ^ e) - 1);
  return mask & carriedBy[e] & ~(repeat >> 31);
}

function attemptAny(
  first: Uint16Array,
  carriedBy: Int32Array,
  words: Uint32Array,
  word: number,
  k: number,
  out: Uint16Array,
  at: number,
): number {
  let mask = -1;
  let repeat = 0;
  for (let j = 0; j < k; j++) {
    const piece = words[word + (j >> 1)] >>> (16 * (j & 1));
    const recipe = first[(piece >>> FIRST_SHIFT) & LOWER];
    for (let p = at; p < at + j; p++) repeat |= (out[p] ^ recipe) - 1;
    out[at + j] = recipe;
    mask &= carriedBy[recipe];
  }
  return mask & ~(repeat >> 31);
}
