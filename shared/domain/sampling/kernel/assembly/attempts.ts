/**
 * Attempts at a set of k distinct recipes: k picks by 16-bit pieces of random words, two in each, the lower half
 * first. An attempt writes its picks to `to` and returns the factories that carry them all, as bits: 0 for a repeat,
 * none, or a referral.
 */

import { CARRIED, PRIMARY } from './memory';

/** A piece shifted by this is an index of a primary table, which has 2^13 entries. */
export const PRIMARY_SHIFT: i32 = 3;
const LOWER: i32 = 0x1fff;
/** An entry of a primary table that refers to the secondary one, a referral: no index. */
export const IN_SECONDARY: i32 = 0xffff;

@inline
export function attempt(k: i32, words: usize, to: usize): i32 {
  // The common sizes without a loop.
  if (k === 2) return attempt2(words, to);
  if (k === 3) return attempt3(words, to);
  if (k === 4) return attempt4(words, to);
  if (k === 5) return attempt5(words, to);
  return attemptAny(k, words, to);
}

@inline
function attempt2(words: usize, to: usize): i32 {
  const ab = load<i32>(words);
  const a = lowerPick(ab);
  const b = upperPick(ab);
  store<u32>(to, a | (b << 16));
  return carried(a) & carried(b) & ~(same(a, b) >> 31);
}

@inline
function attempt3(words: usize, to: usize): i32 {
  const ab = load<i32>(words);
  const a = lowerPick(ab);
  const b = upperPick(ab);
  const c = lowerPick(load<i32>(words, 4));
  store<u32>(to, a | (b << 16));
  store<u16>(to, c, 4);
  const repeat = same(a, b) | same(a, c) | same(b, c);
  return carried(a) & carried(b) & carried(c) & ~(repeat >> 31);
}

@inline
function attempt4(words: usize, to: usize): i32 {
  const ab = load<i32>(words);
  const cd = load<i32>(words, 4);
  const a = lowerPick(ab);
  const b = upperPick(ab);
  const c = lowerPick(cd);
  const d = upperPick(cd);
  store<u32>(to, a | (b << 16));
  store<u32>(to, c | (d << 16), 4);
  const repeat = same(a, b) | same(a, c) | same(a, d) | same(b, c) | same(b, d) | same(c, d);
  return carried(a) & carried(b) & carried(c) & carried(d) & ~(repeat >> 31);
}

@inline
function attempt5(words: usize, to: usize): i32 {
  const ab = load<i32>(words);
  const cd = load<i32>(words, 4);
  const a = lowerPick(ab);
  const b = upperPick(ab);
  const c = lowerPick(cd);
  const d = upperPick(cd);
  const e = lowerPick(load<i32>(words, 8));
  store<u32>(to, a | (b << 16));
  store<u32>(to, c | (d << 16), 4);
  store<u16>(to, e, 8);
  const ofFour = same(a, b) | same(a, c) | same(a, d) | same(b, c) | same(b, d) | same(c, d);
  const repeat = ofFour | same(a, e) | same(b, e) | same(c, e) | same(d, e);
  return carried(a) & carried(b) & carried(c) & carried(d) & carried(e) & ~(repeat >> 31);
}

function attemptAny(k: i32, words: usize, to: usize): i32 {
  const end = to + 2 * <usize>k;
  for (let at = to; at < end; at += 2, words += 2) store<u16>(at, lowerPick(load<u16>(words)));
  return carriedSet(to, end);
}

/** The factories that carry the whole set; 0 for none, or when a recipe is in it twice. */
export function carriedSet(from: usize, end: usize): i32 {
  let mask = -1;
  let repeat = 0;
  for (let at = from; at < end; at += 2) {
    const recipe = load<u16>(at);
    for (let before = from; before < at; before += 2) repeat |= same(recipe, load<u16>(before));
    mask &= carried(recipe);
  }
  return mask & ~(repeat >> 31);
}

/** The pick of a word's lower piece. */
@inline
function lowerPick(word: i32): i32 {
  return load<u16>(2 * <usize>((word >>> PRIMARY_SHIFT) & LOWER), PRIMARY);
}

@inline
function upperPick(word: i32): i32 {
  return load<u16>(2 * <usize>(word >>> (16 + PRIMARY_SHIFT)), PRIMARY);
}

@inline
function carried(recipe: i32): i32 {
  return load<i32>(4 * <usize>recipe, CARRIED);
}

/** Negative where two are equal: arithmetic instead of a branch that could not be predicted. */
@inline
function same(a: i32, b: i32): i32 {
  return (a ^ b) - 1;
}
