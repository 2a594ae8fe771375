/** Drawn boxes on their way to exact recipe totals, and what may be changed in them. */

import { holds } from '../boxes.ts';
import type { Boxes } from '../model.ts';

export interface Balance {
  /** `recipe` is changed. */
  readonly boxes: Boxes;
  /** [box], factories that carry all its recipes, as bits; never 0. */
  readonly mask: Int32Array;
  /** [recipe], factories as bits. */
  readonly carriedBy: Uint32Array;
  /** [recipe], picks too many; negative: missing. */
  readonly surplus: Int32Array;
}

/** The factories that carry all of a box but pick p, as bits. */
export function factoriesWithout({ boxes, carriedBy }: Balance, box: number, p: number): number {
  const { recipe, recipeStart } = boxes;
  let factories = -1;
  for (let other = recipeStart[box], end = recipeStart[box + 1]; other < end; other++)
    if (other !== p) factories &= carriedBy[recipe[other]];
  return factories;
}

/** Whether pick p of the box may become `recipe`: new to the box, and one factory carries the result. */
export function fits(balance: Balance, box: number, p: number, recipe: number): boolean {
  if (holds(balance.boxes, box, recipe)) return false;
  return (factoriesWithout(balance, box, p) & balance.carriedBy[recipe]) !== 0;
}

/** Makes pick p of the box `recipe`, which fits. */
export function replace(balance: Balance, box: number, p: number, recipe: number): void {
  const { boxes, mask, carriedBy, surplus } = balance;
  mask[box] = factoriesWithout(balance, box, p) & carriedBy[recipe];
  surplus[boxes.recipe[p]]--;
  boxes.recipe[p] = recipe;
  surplus[recipe]++;
}

/** Picks in the wrong place: how many exchanges the totals are away. */
export function misplaced(surplus: Int32Array): number {
  let sum = 0;
  for (const picks of surplus) sum += Math.abs(picks);
  return sum / 2;
}
