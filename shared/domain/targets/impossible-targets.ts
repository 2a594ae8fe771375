/** Inclusions that no drawing can give. */

import { InputError } from '../errors.ts';
import type { Recipe } from '../model.ts';
import { holdable, largestSize, type SizeDistribution } from './size-distribution.ts';

/**
 * @param targets [recipe], expected inclusions a box
 * @throws InputError when one recipe, or some few together, are expected more often than boxes can hold
 *   them, or when fewer recipes have a target than a box holds
 */
export function refuseUnholdable(
  targets: Float64Array,
  sizes: SizeDistribution,
  recipes: readonly Recipe[],
): void {
  const positive = [...targets.keys()].filter((i) => targets[i] > 0).sort((a, b) => targets[b] - targets[a]);
  const largest = largestSize(sizes);
  if (positive.length < largest)
    throw new InputError(
      `boxes of ${largest} different recipes are wanted, but only ${positive.length} recipes have an uptake; expected at least ${largest}`,
    );
  let sum = 0;
  for (let m = 1; m < Math.min(positive.length, largest + 1); m++) {
    sum += targets[positive[m - 1]];
    const limit = holdable(sizes, m);
    if (sum < limit * (1 - 1e-9)) continue;
    const names = positive.slice(0, m).map((i) => `${recipes[i].id} (${recipes[i].name})`);
    throw new InputError(
      `${names.join(', ')}: expected ${sum.toFixed(3)} times in every simulated box, ` +
        `which must stay below ${limit.toFixed(3)}, because a box holds a recipe once; expected a smaller uptake`,
    );
  }
}

/**
 * @param inclusion [recipe], expected inclusions a box that the best weights found reach
 * @throws InputError when more than `most` of all picks are not what is wanted
 */
export function refuseUnreached(
  targets: Float64Array,
  inclusion: Float64Array,
  recipes: readonly Recipe[],
  most: number,
): void {
  const short = targets.map((target, i) => target - inclusion[i]);
  const missing = short.reduce((sum, value) => sum + Math.max(0, value), 0);
  if (missing <= most * targets.reduce((sum, target) => sum + target, 0)) return;
  const worst = short.reduce((best, value, i) => (value > short[best] ? i : best), 0);
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
  throw new InputError(
    `recipe ${recipes[worst].id} (${recipes[worst].name}): expected in ${percent(targets[worst])} of the simulated ` +
      `boxes, but only some ${percent(inclusion[worst])} can be drawn with it: a box holds only recipes that one ` +
      'factory carries, and those that share a factory with it are expected too rarely; ' +
      'expected a smaller uptake, or more factories that carry it',
  );
}
