/**
 * Makes recipe totals exact: surplus picks of drawn boxes are exchanged for missing ones. First day by day, towards
 * every day's part of the totals, then over the week. So a few picks in a hundred change, spread over the whole
 * week; days and sizes keep their mix, and when the totals change a little, each day's recipes change as little.
 */

import type { Boxes } from './model';

const GOLDEN_SECTION = 0.618;
/** 2^32 times the golden section: its multiples spread evenly. */
const GOLDEN_RATIO = 0x9e3779b1;
/** Recipes in one word of missing ones. */
const PER_WORD = 32;
/** Boxes that are next to each other in the walk: neighbours in memory, and mostly of different days. */
const NEIGHBOURS = 32;
/** Exchanges by way of other recipes search the whole week; this many mend any week that can be mended. */
const MOST_DETOURS = 2000;

interface Exchange {
  readonly boxes: Boxes;
  /** [box], factories that carry all its recipes, as bits. */
  readonly mask: Int32Array;
  readonly carriedBy: Uint32Array;
  readonly recipes: number;
  /** [day], where its recipes begin in `surplus`: days apart, or all the same. */
  readonly base: Int32Array;
  /** [base + recipe], picks too many; negative: missing. */
  readonly surplus: Int32Array;
  /** [day], where its words begin in `missing`. */
  readonly wordBase: Int32Array;
  /** Words of a day in `missing`. */
  readonly words: number;
  /** [wordBase + word], a bit for each recipe that is missing. */
  readonly missing: Int32Array;
}

/**
 * Exchanges picks, in place, until every recipe has its total. A box never gets a recipe twice nor a set
 * that no factory carries.
 *
 * @param boxes freshly drawn boxes; `recipe` is changed
 * @param mask [box], factories that carry all its recipes, as bits; changed with them
 * @param byDay [day × recipes + recipe], how often it is picked; used up
 * @param totals [recipe], sums to the picks of `boxes`
 * @returns picks that still stand in the wrong place: 0, or the few that no exchange can mend (menus of
 *   which no recipe goes with another, boxes too few for a total)
 */
export function exchangePicks(
  boxes: Boxes,
  mask: Int32Array,
  byDay: Int32Array,
  totals: Int32Array,
  carriedBy: Uint32Array,
): number {
  const recipes = totals.length;
  const days = byDay.length / recipes;
  lessDayTotals(byDay, totals, recipes);
  const make = (surplus: Int32Array) => exchangeOf(boxes, mask, carriedBy, surplus, recipes, days);
  walk(make(byDay), exchangesOf(byDay, recipes), 1);
  const surplus = new Int32Array(recipes);
  for (let cell = 0; cell < byDay.length; cell++) surplus[cell % recipes] += byDay[cell];
  const exchange = make(surplus);
  let left = exchangesOf(surplus, recipes);
  // One exchange a box first, so that no box loses all that was popular.
  for (const perBox of [1, 255]) left = walk(exchange, left, perBox);
  for (let detour = 0; left > 0 && detour < MOST_DETOURS; detour++) {
    if (!exchangeByDetour(exchange)) break;
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
    let many = 0;
    let few = 0;
    for (let cell = from; cell < from + recipes; cell++) {
      many += Math.max(0, surplus[cell]);
      few += Math.max(0, -surplus[cell]);
    }
    sum += Math.min(many, few);
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
 * Once through all boxes, in steps of about the golden section of a power of two that covers them, so that the
 * exchanges lie far apart, and stay where they are when the week has a few boxes more.
 *
 * @param left picks in the wrong place
 * @returns those that are left
 */
function walk(exchange: Exchange, left: number, perBox: number): number {
  const { count } = exchange.boxes;
  const size = 2 ** Math.ceil(Math.log2(Math.ceil(count / NEIGHBOURS) + 1));
  // Odd, so that every box has its turn.
  const stride = Math.floor(size * GOLDEN_SECTION) | 1;
  for (let step = 0, group = 0; step < size && left > 0; step++, group = (group + stride) & (size - 1)) {
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
  const wanted = missingThatFits(exchange, box, factories);
  if (wanted < 0) return false;
  const first = exchange.base[day[box]];
  surplus[first + recipe[p]]--;
  recipe[p] = wanted;
  mask[box] = factories & carriedBy[wanted];
  if (++surplus[first + wanted] === 0)
    exchange.missing[exchange.wordBase[day[box]] + (wanted >> 5)] ^= 1 << wanted;
  return true;
}

/** The factories that carry all of a box but pick p, as bits. */
function factoriesWithout({ boxes, carriedBy }: Exchange, box: number, p: number): number {
  const { recipe, recipeStart } = boxes;
  let factories = -1;
  for (let other = recipeStart[box], end = recipeStart[box + 1]; other < end; other++)
    if (other !== p) factories &= carriedBy[recipe[other]];
  return factories;
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

function holds({ recipe, recipeStart }: Boxes, box: number, wanted: number): boolean {
  for (let p = recipeStart[box], end = recipeStart[box + 1]; p < end; p++)
    if (recipe[p] === wanted) return true;
  return false;
}

/** Whether pick p of the box may become `recipe`: new to the box, and one factory carries the result. */
function fits(exchange: Exchange, box: number, p: number, recipe: number): boolean {
  const { boxes, carriedBy } = exchange;
  return !holds(boxes, box, recipe) && (factoriesWithout(exchange, box, p) & carriedBy[recipe]) !== 0;
}

/** For paths, which do not look at what is missing by days. */
function replace(exchange: Exchange, box: number, p: number, recipe: number): void {
  const { boxes, mask, carriedBy, surplus } = exchange;
  mask[box] = factoriesWithout(exchange, box, p) & carriedBy[recipe];
  surplus[boxes.recipe[p]]--;
  boxes.recipe[p] = recipe;
  surplus[recipe]++;
}

/**
 * One surplus pick for one missing pick by way of other recipes, each exchanged in another box: the shortest
 * such path, found breadth first from all surplus recipes at once.
 *
 * @returns false when no path exists
 */
function exchangeByDetour(exchange: Exchange): boolean {
  const { boxes, surplus } = exchange;
  const viaPick = new Int32Array(surplus.length).fill(-1);
  const seen = Uint8Array.from(surplus, (count) => (count > 0 ? 1 : 0));
  let frontier = Uint8Array.from(seen);
  for (let grown = true; grown;) {
    grown = false;
    const next = new Uint8Array(surplus.length);
    for (let box = 0; box < boxes.count; box++)
      for (let p = boxes.recipeStart[box]; p < boxes.recipeStart[box + 1]; p++) {
        if (frontier[boxes.recipe[p]] === 0) continue;
        const found = reach(exchange, box, p, seen, viaPick, next);
        if (found >= 0) return applyPath(exchange, viaPick, found);
      }
    grown = next.includes(1);
    frontier = next;
  }
  return false;
}

/** Marks what pick p can become; returns a missing recipe among it, else −1. */
function reach(
  exchange: Exchange,
  box: number,
  p: number,
  seen: Uint8Array,
  viaPick: Int32Array,
  next: Uint8Array,
): number {
  for (let recipe = 0; recipe < seen.length; recipe++) {
    if (seen[recipe] === 1 || !fits(exchange, box, p, recipe)) continue;
    seen[recipe] = 1;
    viaPick[recipe] = p;
    if (exchange.surplus[recipe] < 0) return recipe;
    next[recipe] = 1;
  }
  return -1;
}

/**
 * Makes the exchanges of the path, from its end. Two picks of one box could spoil each other's fit, so
 * each is checked again; a path that no longer holds is undone and given up.
 */
function applyPath(exchange: Exchange, viaPick: Int32Array, end: number): boolean {
  const { boxes } = exchange;
  const undo: [number, number][] = [];
  for (let recipe = end; viaPick[recipe] >= 0;) {
    const p = viaPick[recipe];
    const box = boxOf(boxes, p);
    const before = boxes.recipe[p];
    if (!fits(exchange, box, p, recipe)) {
      for (const [pick, old] of undo.reverse()) replace(exchange, boxOf(boxes, pick), pick, old);
      return false;
    }
    undo.push([p, before]);
    replace(exchange, box, p, recipe);
    recipe = before;
  }
  return true;
}

/** The box of a pick, by bisection. */
function boxOf(boxes: Boxes, pick: number): number {
  let low = 0;
  let high = boxes.count;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (boxes.recipeStart[middle] <= pick) low = middle;
    else high = middle;
  }
  return low;
}
