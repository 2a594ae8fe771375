/**
 * Makes recipe totals exact: surplus picks of drawn boxes are exchanged for missing ones. A few picks in a
 * thousand change, spread over the whole week, so days and sizes keep their mix.
 */

import type { Boxes } from './model';

const GOLDEN_SECTION = 0.618;
/** 2^32 times the golden section: its multiples spread evenly. */
const GOLDEN_RATIO = 0x9e3779b1;
/** Exchanges by way of other recipes search the whole week; this many mend any week that can be mended. */
const MOST_DETOURS = 2000;

interface Exchange {
  readonly boxes: Boxes;
  /** [box], factories that carry all its recipes, as bits. */
  readonly mask: Int32Array;
  readonly carriedBy: Uint32Array;
  /** [recipe], picks too many; negative: missing. */
  readonly surplus: Int32Array;
}

/**
 * Exchanges picks, in place, until every recipe has its total. A box never gets a recipe twice nor a set
 * that no factory carries.
 *
 * @param boxes freshly drawn boxes; `recipe` is changed
 * @param mask [box], factories that carry all its recipes, as bits; changed with them
 * @param totals [recipe], sums to the picks of `boxes`
 * @returns picks that still stand in the wrong place: 0, or the few that no exchange can mend (menus of
 *   which no recipe goes with another, boxes too few for a total)
 */
export function exchangePicks(
  boxes: Boxes,
  mask: Int32Array,
  totals: Int32Array,
  carriedBy: Uint32Array,
): number {
  const surplus = countPicks(boxes.recipe, totals.length).map((picks, recipe) => picks - totals[recipe]);
  const exchange = { boxes, mask, carriedBy, surplus };
  let left = surplus.reduce((sum, picks) => sum + Math.max(0, picks), 0);
  // One exchange a box first, so that no box loses all that was popular.
  for (const perBox of [1, 255]) left = walk(exchange, left, perBox);
  for (let detour = 0; left > 0 && detour < MOST_DETOURS; detour++) {
    if (!exchangeByDetour(exchange)) break;
    left--;
  }
  return left;
}

/** [recipe], how often it is picked. */
function countPicks(recipe: Uint16Array, recipes: number): Int32Array {
  // Four counts in turn: a processor waits when it has to add twice in a row to the same number.
  const counts = new Int32Array(4 * recipes);
  const second = recipes;
  const third = 2 * recipes;
  const fourth = 3 * recipes;
  let p = 0;
  for (const end = recipe.length - 3; p < end; p += 4) {
    counts[recipe[p]]++;
    counts[recipe[p + 1] + second]++;
    counts[recipe[p + 2] + third]++;
    counts[recipe[p + 3] + fourth]++;
  }
  for (; p < recipe.length; p++) counts[recipe[p]]++;
  for (let r = 0; r < recipes; r++) counts[r] += counts[r + second] + counts[r + third] + counts[r + fourth];
  return counts.subarray(0, recipes);
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
  const size = 2 ** Math.ceil(Math.log2(count + 1));
  // Odd, so that every box has its turn.
  const stride = Math.floor(size * GOLDEN_SECTION) | 1;
  for (let step = 0, box = 0; step < size && left > 0; step++, box = (box + stride) & (size - 1))
    if (box < count) left = exchangeInBox(exchange, box, left, perBox);
  return left;
}

function exchangeInBox(exchange: Exchange, box: number, left: number, perBox: number): number {
  const { boxes, surplus } = exchange;
  const { recipe, recipeStart } = boxes;
  let done = 0;
  for (let p = recipeStart[box], end = recipeStart[box + 1]; p < end; p++) {
    if (surplus[recipe[p]] <= 0) continue;
    const wanted = missingThatFits(exchange, box, p);
    if (wanted < 0) continue;
    replace(exchange, box, p, wanted);
    left--;
    done++;
    if (done === perBox || left === 0) break;
  }
  return left;
}

/**
 * A missing recipe that pick p may become; −1 for none. The search begins at a recipe of the box's own, so what
 * one box gets hardly depends on what others have got, and little changes from run to run.
 */
function missingThatFits(exchange: Exchange, box: number, p: number): number {
  const { surplus } = exchange;
  const recipes = surplus.length;
  let recipe = ((Math.imul(box + 1, GOLDEN_RATIO) >>> 16) * recipes) >>> 16;
  for (let step = 0; step < recipes; step++) {
    if (surplus[recipe] < 0 && fits(exchange, box, p, recipe)) return recipe;
    if (++recipe === recipes) recipe = 0;
  }
  return -1;
}

function replace(exchange: Exchange, box: number, p: number, recipe: number): void {
  const { boxes, mask, carriedBy, surplus } = exchange;
  surplus[boxes.recipe[p]]--;
  boxes.recipe[p] = recipe;
  surplus[recipe]++;
  let factories = -1;
  for (let i = boxes.recipeStart[box]; i < boxes.recipeStart[box + 1]; i++)
    factories &= carriedBy[boxes.recipe[i]];
  mask[box] = factories;
}

/** Whether pick p of the box may become `recipe`: new to the box, and one factory carries the result. */
function fits({ boxes, carriedBy }: Exchange, box: number, p: number, recipe: number): boolean {
  const { recipe: picks, recipeStart } = boxes;
  const end = recipeStart[box + 1];
  let mask = carriedBy[recipe];
  for (let other = recipeStart[box]; other < end; other++) {
    const pick = picks[other];
    if (pick === recipe) return false;
    if (other !== p) mask &= carriedBy[pick];
  }
  return mask !== 0;
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
