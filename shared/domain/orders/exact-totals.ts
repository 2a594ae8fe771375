/**
 * Makes recipe totals exact: surplus picks of drawn boxes are exchanged for missing ones. First day by day, towards
 * every day's part of the totals, then over the week. So a few picks in a hundred change, spread over the whole
 * week; days and sizes keep their mix, and when the totals change a little, each day's recipes change as little.
 */

import { holds } from '../boxes.ts';
import type { Boxes } from '../model.ts';
import { exchangeAlongPath } from './augmenting-path.ts';
import { factoriesWithout, misplaced, type Balance } from './balance.ts';
import { goldenRatioOrder } from './golden-ratio-order.ts';
import { levelOut, moveBoxesBetweenMenus } from './move-between-menus.ts';

/** 2^32 divided by the golden ratio: its multiples spread evenly. */
const GOLDEN_RATIO = 0x9e3779b1;
/** Recipes in one word of missing ones. */
const PER_WORD = 32;
/** Boxes that have their turn one after another: neighbours in memory, and mostly of different days. */
const NEIGHBOURS = 32;
/** Each searches the whole week; this many mend any week that can be mended. */
const MAX_AUGMENTING_PATHS = 2000;

/** A balance of the whole week, or of its days apart, and what it lacks. */
interface Exchange extends Balance {
  /** [day], where its recipes begin in `surplus`: days apart, or all the same. */
  readonly base: Int32Array;
  readonly recipes: number;
  /** [day], where its words begin in `missing`. */
  readonly wordBase: Int32Array;
  /** Words of a day in `missing`. */
  readonly words: number;
  /** [wordBase + word], a bit for each recipe that is missing. */
  readonly missing: Int32Array;
}

/** What recipes are to come to. */
export interface RecipeTotals {
  /** [recipe], picks. */
  readonly recipePicks: Int32Array;
  /** [recipe], the same before they were made whole numbers. */
  readonly recipeTargets: Float64Array;
  /** [recipe], factories as bits. */
  readonly carriedBy: Uint32Array;
}

/**
 * Exchanges picks, in place, until every recipe has its total. A box never gets a recipe twice nor a set that no factory
 * carries. Where menus share no recipe, and their totals are no sums of box sizes, recipes stay a box off; more where
 * menus cannot give the totals at all.
 *
 * @param boxes freshly drawn boxes; `recipe` is changed
 * @param mask [box], factories that carry all its recipes, as bits; changed with them
 * @param byDay [day × recipes + recipe], how often it is picked; used up
 * @param recipeTotals their `recipePicks` sum to the picks of `boxes`
 * @returns picks that still stand in the wrong place
 */
export function exchangePicks(boxes: Boxes, mask: Int32Array, byDay: Int32Array, recipeTotals: RecipeTotals): number {
  const { recipePicks: totals, recipeTargets, carriedBy } = recipeTotals;
  const recipes = totals.length;
  const days = byDay.length / recipes;
  lessDayTotals(byDay, totals, recipes);
  const make = (surplus: Int32Array) => exchangeOf(boxes, mask, carriedBy, surplus, recipes, days);
  exchangeInOrder(make(byDay), exchangesOf(byDay, recipes), 1);
  const surplus = new Int32Array(recipes);
  for (let cell = 0; cell < byDay.length; cell++) surplus[cell % recipes] += byDay[cell];
  const balance = { boxes, mask, carriedBy, surplus };
  // Whole boxes before augmenting paths, which search the week for every pick.
  let left = exchangeSingly(make(surplus));
  for (const mend of [exchangeSingly, exchangeByAllMeans])
    while (left > 0 && moveBoxesBetweenMenus(balance, totals)) {
      const before = left;
      left = mend(make(surplus));
      if (left >= before) break;
    }
  left = exchangeByAllMeans(make(surplus));
  if (left > 0) levelOut(balance, totals, recipeTargets);
  return left;
}

/** Exchanges single picks anywhere, from one recipe to another; returns those that are left in the wrong place. */
function exchangeSingly(exchange: Exchange): number {
  let left = misplaced(exchange.surplus);
  // One exchange a box first, so that no box loses all that was popular.
  for (const perBox of [1, 255]) left = exchangeInOrder(exchange, left, perBox);
  return left;
}

/** As `exchangeSingly`, and along augmenting paths. */
function exchangeByAllMeans(exchange: Exchange): number {
  let left = exchangeSingly(exchange);
  for (let path = 0; left > 0 && path < MAX_AUGMENTING_PATHS; path++) {
    if (!exchangeAlongPath(exchange)) break;
    left--;
  }
  return left;
}

/** @param surplus [recipe], or with the days apart [day × recipes + recipe] */
function exchangeOf(
  boxes: Boxes,
  mask: Int32Array,
  carriedBy: Uint32Array,
  surplus: Int32Array,
  recipes: number,
  days: number,
): Exchange {
  const groups = surplus.length / recipes;
  const words = Math.ceil(recipes / PER_WORD);
  const missing = new Int32Array(groups * words);
  for (let group = 0; group < groups; group++)
    for (let recipe = 0; recipe < recipes; recipe++)
      if (surplus[group * recipes + recipe] < 0) missing[group * words + (recipe >> 5)] |= 1 << recipe;
  const base = Int32Array.from({ length: days }, (_, day) => (groups > 1 ? day * recipes : 0));
  const wordBase = Int32Array.from({ length: days }, (_, day) => (groups > 1 ? day * words : 0));
  return { boxes, mask, carriedBy, recipes, base, surplus, wordBase, words, missing };
}

/** Exchanges within each day that leave it without a surplus, or without anything missing. */
function exchangesOf(surplus: Int32Array, recipes: number): number {
  let sum = 0;
  for (let from = 0; from < surplus.length; from += recipes) {
    let tooMany = 0;
    let missing = 0;
    for (let cell = from; cell < from + recipes; cell++) {
      tooMany += Math.max(0, surplus[cell]);
      missing += Math.max(0, -surplus[cell]);
    }
    sum += Math.min(tooMany, missing);
  }
  return sum;
}

/**
 * Takes each day's part of the totals from its picks. A recipe is rounded along its days, so that they sum to its
 * total; from a start of its own, so that the recipes of a day sum nearly to the picks of that day.
 */
function lessDayTotals(byDay: Int32Array, totals: Int32Array, recipes: number): void {
  const all = byDay.reduce((sum, picks) => sum + picks, 0);
  const given = new Int32Array(recipes);
  let picks = 0;
  for (let from = 0; from < byDay.length; from += recipes) {
    for (let r = 0; r < recipes; r++) picks += byDay[from + r];
    for (let r = 0; r < recipes; r++) {
      const start = (Math.imul(r, GOLDEN_RATIO) >>> 0) / 2 ** 32;
      const upToHere = picks === all ? totals[r] : Math.floor((totals[r] * picks) / all + start);
      byDay[from + r] -= upToHere - given[r];
      given[r] = upToHere;
    }
  }
}

/**
 * Once through all boxes, so that the exchanges lie far apart, and stay where they are when the week has a few boxes more.
 *
 * @param left picks in the wrong place
 * @param perBox exchanges in one box at the most
 * @returns those that are left
 */
function exchangeInOrder(exchange: Exchange, left: number, perBox: number): number {
  const { count } = exchange.boxes;
  const { size, stride } = goldenRatioOrder(Math.ceil(count / NEIGHBOURS));
  for (let turn = 0, group = 0; turn < size && left > 0; turn++, group = (group + stride) & (size - 1)) {
    const from = group * NEIGHBOURS;
    left = exchangeInBoxes(exchange, from, Math.min(count, from + NEIGHBOURS), left, perBox);
  }
  return left;
}

/** Boxes `from` to `to` − 1; returns the picks in the wrong place that are left. */
function exchangeInBoxes(exchange: Exchange, from: number, to: number, left: number, perBox: number): number {
  const { surplus, base } = exchange;
  const { recipe, recipeStart, day } = exchange.boxes;
  for (let box = from; box < to && left > 0; box++) {
    const first = base[day[box]];
    const end = recipeStart[box + 1] | 0;
    let done = 0;
    for (let p = recipeStart[box] | 0; p < end; p++) {
      if (surplus[first + recipe[p]] <= 0 || !exchangePick(exchange, box, p)) continue;
      left--;
      done++;
      if (done === perBox || left === 0) break;
    }
  }
  return left;
}

/** Exchanges a surplus pick for a missing one; false where none fits. */
function exchangePick(exchange: Exchange, box: number, p: number): boolean {
  const { surplus, carriedBy, mask } = exchange;
  const { recipe, day } = exchange.boxes;
  const factories = factoriesWithout(exchange, box, p);
  const taken = missingThatFits(exchange, box, factories);
  if (taken < 0) return false;
  const first = exchange.base[day[box]];
  surplus[first + recipe[p]]--;
  recipe[p] = taken;
  mask[box] = factories & carriedBy[taken];
  if (++surplus[first + taken] === 0) exchange.missing[exchange.wordBase[day[box]] + (taken >> 5)] ^= 1 << taken;
  return true;
}

/**
 * A recipe that the box's day misses, new to the box and carried by one of the factories; −1 for none. The search
 * begins at a recipe of the box's own, so what one box gets hardly depends on what others have got, and little
 * changes from run to run.
 */
function missingThatFits(exchange: Exchange, box: number, factories: number): number {
  const { missing, words, carriedBy } = exchange;
  const first = exchange.wordBase[exchange.boxes.day[box]];
  const start = ((Math.imul(box + 1, GOLDEN_RATIO) >>> 16) * exchange.recipes) >>> 16;
  let word = start >> 5;
  let bits = missing[first + word] & (-1 << start);
  // Once round, and the word of the start once more for what stands before it.
  for (let turn = 0; turn <= words; turn++) {
    for (; bits !== 0; bits &= bits - 1) {
      const recipe = word * PER_WORD + 31 - Math.clz32(bits & -bits);
      if ((carriedBy[recipe] & factories) !== 0 && !holds(exchange.boxes, box, recipe)) return recipe;
    }
    if (++word === words) word = 0;
    bits = missing[first + word];
  }
  return -1;
}
