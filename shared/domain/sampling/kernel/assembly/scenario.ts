/** The loops over the boxes of one scenario: see `scenarios/draw.ts` and `scenarios/run.ts`. */

import { IN_SECONDARY, PRIMARY_SHIFT } from './attempts';
import {
  CLASS,
  COUNTS,
  FACTORY,
  FAILED,
  LABEL_PRIMARY,
  LABEL_SECONDARY,
  MASK,
  MAX_ORDERS,
  PRODUCT_MASK,
  PRODUCT_PRIMARY,
  PRODUCT_SECONDARY,
  RECIPE,
  UNITS_UP_TO,
  UNIT_BOX,
  UNIT_PRODUCT,
  WORDS,
} from './memory';
import { fillRandom, fourBlocks } from './random';

/** Streams of random numbers, as in `random.ts`, and their draws. */
const PRODUCTS: i32 = 3;
const HOW_MANY: i32 = 0;
const WHICH: i32 = 1;
const BOXES: i32 = 8;
const LABEL_DRAW: i32 = 0;
const REFERRED_DRAW: i32 = 1;
const PIECES_PER_BLOCK: i32 = 8;
/** Two pieces a unit: which product, and what settles a referral. */
const UNITS_PER_BLOCK: i32 = 4;

/** By the last `drawUnits`. */
export let unitsDrawn: i32 = 0;

/** Draws the label of each of `boxes` boxes and counts them in COUNTS, [label]. A piece a box. */
export function countLabels(boxes: i32, scenario: i32): void {
  for (let first = 0; first < boxes; first += MAX_ORDERS * PIECES_PER_BLOCK) {
    const count = min(MAX_ORDERS * PIECES_PER_BLOCK, boxes - first);
    const blocks = (count + PIECES_PER_BLOCK - 1) / PIECES_PER_BLOCK;
    fillRandom(first / PIECES_PER_BLOCK, blocks, LABEL_DRAW, BOXES, scenario);
    let referrals = 0;
    for (let i = 0; i < count; i++) {
      const label = <i32>load<u16>(2 * <usize>(load<u16>(2 * <usize>i, WORDS) >>> PRIMARY_SHIFT), LABEL_PRIMARY);
      if (label === IN_SECONDARY) referrals++;
      else addOne(label);
    }
    for (let referral = 0; referral < referrals; referral++) {
      fourBlocks(WORDS, i32x4.splat(first + referral), REFERRED_DRAW, BOXES, scenario);
      addOne(load<u16>(2 * <usize>load<u16>(0, WORDS), LABEL_SECONDARY));
    }
  }
}

/**
 * Draws the products of `count` boxes, of which `first` is the index of the first and whose factories stand in MASK:
 * how many units each box has, a piece a box, then which product each unit is. What the box's factories do not hold is
 * left out; the mask loses the factories that do not hold what is in.
 *
 * @param unit index of the first unit
 * @returns how many are in; each stands in UNIT_BOX and UNIT_PRODUCT. `unitsDrawn` says how many were drawn
 */
export function drawUnits(first: i32, count: i32, unit: i32, scenario: i32): i32 {
  const inBlock = first & (PIECES_PER_BLOCK - 1);
  const blocks = (inBlock + count + PIECES_PER_BLOCK - 1) / PIECES_PER_BLOCK;
  fillRandom(first >>> 3, blocks, HOW_MANY, PRODUCTS, scenario);
  const drawn = listUnits(WORDS + 2 * <usize>inBlock, count);
  unitsDrawn = drawn;
  let kept = 0;
  for (let from = 0; from < drawn; ) {
    const offset = (unit + from) & (UNITS_PER_BLOCK - 1);
    const some = min(MAX_ORDERS * UNITS_PER_BLOCK - offset, drawn - from);
    const needed = (offset + some + UNITS_PER_BLOCK - 1) / UNITS_PER_BLOCK;
    fillRandom((unit + from) >>> 2, needed, WHICH, PRODUCTS, scenario);
    kept = keepUnits(WORDS + 4 * <usize>offset, from, some, kept);
    from += some;
  }
  return kept;
}

/** Lists each box's place as often as it has units by its piece; returns how many units there are. */
function listUnits(pieces: usize, count: i32): i32 {
  const least = load<u32>(0, UNITS_UP_TO);
  let some = FAILED;
  for (let i = 0; i < count; i++) {
    store<u16>(some, i);
    // Without a branch, as it could not be predicted.
    some += 2 * <usize>(<u32>load<u16>(pieces + 2 * <usize>i) >= least);
  }
  let to = UNIT_BOX;
  for (let at = FAILED; at < some; at += 2) {
    const place = load<u16>(at);
    const piece = <u32>load<u16>(pieces + 2 * <usize>place);
    for (let upTo: usize = 0; piece >= load<u32>(upTo, UNITS_UP_TO); upTo += 4, to += 2) store<u16>(to, place);
  }
  return <i32>((to - UNIT_BOX) >> 1);
}

/** Draws the products of `count` units from place `from` on; keeps those that fit after the first `kept`. */
function keepUnits(pieces: usize, from: i32, count: i32, kept: i32): i32 {
  for (let i = from, end = from + count; i < end; i++, pieces += 4) {
    const drawn = <i32>load<u16>(2 * <usize>(load<u16>(pieces) >>> PRIMARY_SHIFT), PRODUCT_PRIMARY);
    const product = drawn === IN_SECONDARY ? <i32>load<u16>(2 * <usize>load<u16>(pieces, 2), PRODUCT_SECONDARY) : drawn;
    const place = load<u16>(2 * <usize>i, UNIT_BOX);
    const before = load<i32>(4 * <usize>place, MASK);
    const after = before & load<i32>(4 * <usize>product, PRODUCT_MASK);
    store<i32>(4 * <usize>place, after === 0 ? before : after, MASK);
    store<u16>(2 * <usize>kept, place, UNIT_BOX);
    store<u16>(2 * <usize>kept, product, UNIT_PRODUCT);
    kept += i32(after !== 0);
  }
  return kept;
}

/**
 * Gives `count` boxes of one label, with their sets in RECIPE and their classes in CLASS, to the factories by their
 * classes' quotas, and counts their recipes: cell = first + factory × perFactory + recipe × perRecipe of COUNTS. The
 * factories stand in FACTORY.
 *
 * @param factories how many; the place after them stands for no room
 * @param left index in COUNTS of the label's quotas, [class × (factories + 1) + place]
 * @param turn index in COUNTS of the places whose turn it is, [class], counted from `left`
 */
export function giveAndCount(
  count: i32,
  k: i32,
  first: i32,
  perFactory: i32,
  perRecipe: i32,
  factories: i32,
  left: i32,
  turn: i32,
): void {
  const leftAt = COUNTS + 4 * <usize>left;
  const turnAt = COUNTS + 4 * <usize>turn;
  const places = factories + 1;
  const step = perRecipe << 2;
  let at = RECIPE;
  for (let i = 0; i < count; i++) {
    const c = <i32>load<u16>(2 * <usize>i, CLASS);
    const factory = take(leftAt, turnAt + 4 * <usize>c, c * places, places);
    store<u8>(i, factory, FACTORY);
    const end = at + 2 * <usize>k;
    if (factory === factories) {
      at = end;
      continue;
    }
    const row = COUNTS + 4 * <usize>(first + factory * perFactory);
    for (; at < end; at += 2) {
      const cell = row + <usize>(step * <i32>load<u16>(at));
      store<i32>(cell, load<i32>(cell) + 1);
    }
  }
}

/** The place of a class's next box: all of the first, then of the next. */
@inline
function take(leftAt: usize, turnAt: usize, row: i32, places: i32): i32 {
  let turn = load<i32>(turnAt);
  const place = turn - row;
  const quota = leftAt + 4 * <usize>turn;
  const left = load<i32>(quota) - 1;
  store<i32>(quota, left);
  if (left === 0) {
    while (turn < row + places && load<i32>(leftAt + 4 * <usize>turn) === 0) turn++;
    store<i32>(turnAt, turn);
  }
  return place;
}

@inline
function addOne(cell: i32): void {
  store<i32>(4 * <usize>cell, load<i32>(4 * <usize>cell, COUNTS) + 1, COUNTS);
}
