/** Sets of distinct recipes by rejection: see `draw-sets.ts`. */

import { attempt, carriedSet, IN_SECONDARY } from './attempts';
import { COUNTS, DAY, FAILED, MASK, RECIPE, REFERRED, SECONDARY, WORDS } from './memory';
import { fillRandom, fillRandomOf } from './random';

/** Streams of random numbers, as in `random.ts`. */
const RECIPES: i32 = 0;
const REFERRALS: i32 = 7;
/** First attempts are draw k, which is at most 8; those that follow are draws of their own. */
const FIRST_RETRY: i32 = 9;
const LAST_RETRY: i32 = 136;

/**
 * Draws the sets of `count` orders of k recipes, of which `first` is the index of the first, to RECIPE and MASK.
 *
 * @returns how many orders have found none
 */
export function drawSets(first: f64, count: i32, k: i32, scenario: i32): i32 {
  const words = (k + 1) >>> 1;
  const word = <i64>first * words;
  const inBlock = <i32>word & 3;
  fillRandom(<i32>(word >> 2), (inBlock + count * words + 3) >>> 2, k, RECIPES, scenario);
  const index = <i32>(<i64>first);
  let failed = attemptAll(k, WORDS + 4 * <usize>inBlock, 4 * <usize>words, count);
  for (let draw = FIRST_RETRY; failed > 0 && draw < LAST_RETRY; draw++) {
    failed = settleReferred(index, failed, k, draw, scenario);
    fillRandomOf(FAILED, index, failed, draw, RECIPES, scenario);
    failed = retry(failed, k);
  }
  return failed;
}

/** Adds the picks of `count` sets to COUNTS, [day × recipes + recipe]. */
export function countPicks(count: i32, k: i32, recipes: i32): void {
  // As in `attemptAll`.
  if (k === 2) return countEach(2, count, recipes);
  if (k === 3) return countEach(3, count, recipes);
  if (k === 4) return countEach(4, count, recipes);
  countEach(k, count, recipes);
}

@inline
function countEach(k: i32, count: i32, recipes: i32): void {
  let at = RECIPE;
  for (let i = 0; i < count; i++) {
    const row = <usize>(<i32>load<u8>(<usize>i, DAY) * recipes) << 2;
    const end = at + 2 * <usize>k;
    if (k === 2 || k === 3 || k === 4) {
      countPick(row, at);
      countPick(row, at + 2);
      if (k > 2) countPick(row, at + 4);
      if (k > 3) countPick(row, at + 6);
    } else for (let pick = at; pick < end; pick += 2) countPick(row, pick);
    at = end;
  }
}

@inline
function countPick(row: usize, at: usize): void {
  const cell = row + 4 * <usize>load<u16>(at);
  store<i32>(cell, load<i32>(cell, COUNTS) + 1, COUNTS);
}

/** First attempts, with the words from `word` on, `stride` bytes apart; returns how many have failed. */
function attemptAll(k: i32, word: usize, stride: usize, count: i32): i32 {
  // A loop for each common size, so that no branch on k is left in it.
  if (k === 2) return attemptEach(2, word, stride, count);
  if (k === 3) return attemptEach(3, word, stride, count);
  if (k === 4) return attemptEach(4, word, stride, count);
  if (k === 5) return attemptEach(5, word, stride, count);
  return attemptEach(k, word, stride, count);
}

@inline
function attemptEach(k: i32, word: usize, stride: usize, count: i32): i32 {
  let failed = FAILED;
  let to = RECIPE;
  for (let i = 0; i < count; i++) {
    const mask = attempt(k, word, to);
    store<i32>(4 * <usize>i, mask, MASK);
    // Listed without a branch, as it could not be predicted.
    store<u16>(failed, i);
    failed += 2 * <usize>(mask === 0);
    word += stride;
    to += 2 * <usize>k;
  }
  return <i32>((failed - FAILED) >> 1);
}

/** One attempt more for each order in FAILED, a block each; returns how many fail again. They stand first in it. */
function retry(failed: i32, k: i32): i32 {
  let again = 0;
  for (let f = 0; f < failed; f++) {
    const place = load<u16>(2 * <usize>f, FAILED);
    const mask = attempt(k, WORDS + 16 * <usize>f, RECIPE + 2 * <usize>(place * k));
    store<i32>(4 * <usize>place, mask, MASK);
    store<u16>(2 * <usize>again, place, FAILED);
    again += i32(mask === 0);
  }
  return again;
}

/** Settles the referrals of failed attempts; returns how many have failed all the same. They stand first in FAILED. */
function settleReferred(first: i32, failed: i32, k: i32, draw: i32, scenario: i32): i32 {
  let left = 0;
  let referred = 0;
  for (let f = 0; f < failed; f++) {
    const place = load<u16>(2 * <usize>f, FAILED);
    const holds = holdsReferral(RECIPE + 2 * <usize>(place * k), k);
    store<u16>(2 * <usize>left, place, FAILED);
    store<u16>(2 * <usize>referred, place, REFERRED);
    left += i32(!holds);
    referred += i32(holds);
  }
  fillRandomOf(REFERRED, first, referred, draw, REFERRALS, scenario);
  for (let e = 0; e < referred; e++) {
    const place = load<u16>(2 * <usize>e, REFERRED);
    const mask = settle(RECIPE + 2 * <usize>(place * k), k, WORDS + 16 * <usize>e);
    store<i32>(4 * <usize>place, mask, MASK);
    store<u16>(2 * <usize>left, place, FAILED);
    left += i32(mask === 0);
  }
  return left;
}

function holdsReferral(set: usize, k: i32): bool {
  for (let at = set, end = set + 2 * <usize>k; at < end; at += 2)
    if (<i32>load<u16>(at) === IN_SECONDARY) return true;
  return false;
}

/** Each referral by the secondary table, with the piece at `pieces` that belongs to its place in the set. */
function settle(set: usize, k: i32, pieces: usize): i32 {
  for (let j: usize = 0; j < 2 * <usize>k; j += 2)
    if (<i32>load<u16>(set + j) === IN_SECONDARY)
      store<u16>(set + j, load<u16>(2 * <usize>load<u16>(pieces + j), SECONDARY));
  return carriedSet(set, set + 2 * <usize>k);
}
