/** Augmenting paths: exchanges by way of other recipes, where no box that has one too many can take one that is missing. */

import { holds } from '../boxes.ts';
import { factoriesWithout, fits, replace, type Balance } from './balance.ts';
import type { Boxes } from '../model.ts';

/**
 * Exchanges one surplus pick for one missing pick by way of other recipes, each exchanged in another box: along the
 * shortest augmenting path, found breadth first from all surplus recipes at once.
 *
 * @returns false when no path exists
 */
export function exchangeAlongPath(balance: Balance): boolean {
  const { boxes, surplus } = balance;
  const viaPick = new Int32Array(surplus.length).fill(-1);
  const seen = Uint8Array.from(surplus, (count) => (count > 0 ? 1 : 0));
  let frontier = Uint8Array.from(seen);
  for (let grown = true; grown;) {
    grown = false;
    const next = new Uint8Array(surplus.length);
    for (let box = 0; box < boxes.count; box++)
      for (let p = boxes.recipeStart[box]; p < boxes.recipeStart[box + 1]; p++) {
        if (frontier[boxes.recipe[p]] === 0) continue;
        const found = reach(balance, box, p, seen, viaPick, next);
        if (found >= 0) return applyPath(balance, viaPick, found);
      }
    grown = next.includes(1);
    frontier = next;
  }
  return false;
}

/** Marks what pick p can become; returns a missing recipe among it, else −1. */
function reach(
  balance: Balance,
  box: number,
  p: number,
  seen: Uint8Array,
  viaPick: Int32Array,
  next: Uint8Array,
): number {
  const factories = factoriesWithout(balance, box, p);
  for (let recipe = 0; recipe < seen.length; recipe++) {
    if (seen[recipe] === 1 || (balance.carriedBy[recipe] & factories) === 0) continue;
    if (holds(balance.boxes, box, recipe)) continue;
    seen[recipe] = 1;
    viaPick[recipe] = p;
    if (balance.surplus[recipe] < 0) return recipe;
    next[recipe] = 1;
  }
  return -1;
}

/**
 * Makes the exchanges of the path, from its end. Two picks of one box could spoil each other's fit, so
 * each is checked again; a path that no longer holds is undone and given up.
 */
function applyPath(balance: Balance, viaPick: Int32Array, end: number): boolean {
  const { boxes } = balance;
  const undo: [number, number][] = [];
  for (let recipe = end; viaPick[recipe] >= 0;) {
    const p = viaPick[recipe];
    const box = boxOf(boxes, p);
    const before = boxes.recipe[p];
    if (!fits(balance, box, p, recipe)) {
      for (const [pick, old] of undo.reverse()) replace(balance, boxOf(boxes, pick), pick, old);
      return false;
    }
    undo.push([p, before]);
    replace(balance, box, p, recipe);
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
