/** Recipes that cannot be drawn as often as expected, because of what factories carry together. */

import type { Boxes, Week } from '../model.ts';

const ROUNDING = 1e-6;

/** A recipe that is more than one box off. */
export interface MissedRecipe {
  readonly recipe: number;
  /** Simulated boxes with it that the week expects, and those there are. */
  readonly expected: number;
  readonly drawn: number;
}

/**
 * The recipes that simulated boxes hold more than one box too rarely or too often, the furthest off first.
 *
 * @param targets [recipe], simulated boxes with it that are expected
 */
export function missedRecipes(targets: Float64Array, { recipe }: Boxes): MissedRecipe[] {
  const drawn = new Int32Array(targets.length);
  for (const picked of recipe) drawn[picked]++;
  const off = (miss: MissedRecipe) => Math.abs(miss.drawn - miss.expected);
  return Array.from(targets, (expected, i) => ({ recipe: i, expected, drawn: drawn[i] }))
    .filter((miss) => off(miss) > 1 + ROUNDING)
    .sort((a, b) => off(b) - off(a) || a.recipe - b.recipe);
}

/** One sentence about misses, which are some. */
export function sayMissed({ recipes }: Week, misses: readonly MissedRecipe[]): string {
  const { recipe, expected, drawn } = misses[0];
  const { id, name } = recipes[recipe];
  const others = misses.length === 1 ? '' : `; ${misses.length - 1} other recipes are off as well`;
  return (
    `recipe ${id} (${name}) is expected in ${Math.round(expected)} of the simulated boxes and is in ${drawn}: a box ` +
    `holds only recipes that one factory carries, and no way was found to bring those that share a factory with it, ` +
    `and it, nearer to their uptake${others}`
  );
}
