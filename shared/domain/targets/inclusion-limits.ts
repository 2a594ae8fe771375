/** Targets of recipes, held against what boxes can hold of them at most (`inclusionLimit`). */

import { InputError } from '../errors.ts';
import type { Recipe } from '../model.ts';
import { inclusionLimit, largestSize, type SizeDistribution } from './size-distribution.ts';

/** How near to its limit a target is brought when placed orders push it past that. */
const CLIPPED_SHARE = 0.98;
const MAX_ROUNDS = 100;

/**
 * @param targets [recipe], expected inclusions a box
 * @throws InputError when one recipe, or some few together, are expected more often than boxes can hold
 *   them, or when fewer recipes have a target than a box holds
 */
export function refuseOverInclusionLimits(
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
    const limit = inclusionLimit(sizes, m);
    if (sum < limit * (1 - 1e-9)) continue;
    const names = positive.slice(0, m).map((i) => `${recipes[i].id} (${recipes[i].name})`);
    throw new InputError(
      `${names.join(', ')}: expected ${sum.toFixed(3)} times in every simulated box, ` +
        `which must stay below ${limit.toFixed(3)}, because a box holds a recipe once; expected a smaller uptake`,
    );
  }
}

/**
 * Expected inclusions a simulated box, [recipe], brought within what boxes can hold.
 *
 * Placed orders win: when they left a recipe so short that the few remaining boxes would have to hold it
 * more than once, as many get it as can (98% of the limit), and the rest goes to the other recipes in
 * proportion to their uptake. The same for a handful of orders whose sizes are not the mix, being whole.
 * Targets within the limits are returned as they are.
 *
 * @param targets [recipe], sums to the mean of k
 * @param uptake [recipe]
 */
export function withinInclusionLimits(
  targets: Float64Array,
  uptake: Float64Array,
  sizes: SizeDistribution,
): Float64Array {
  const result = Float64Array.from(targets);
  const reach = Math.min(largestSize(sizes), result.length - 1);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const order = [...result.keys()].sort((a, b) => result[b] - result[a] || a - b);
    const worst = worstPrefix(result, order, sizes, reach);
    if (worst === 0) break;
    clipPrefix(result, order, worst, uptake, inclusionLimit(sizes, worst) * CLIPPED_SHARE);
  }
  return result;
}

/** How many of the largest targets together exceed their limit the most; 0 when none does. */
function worstPrefix(targets: Float64Array, order: readonly number[], sizes: SizeDistribution, reach: number): number {
  let worst = 0;
  let excess = 1 - 1e-9;
  let sum = 0;
  for (let m = 1; m <= reach; m++) {
    sum += targets[order[m - 1]];
    const ratio = sum / inclusionLimit(sizes, m);
    if (ratio <= excess) continue;
    excess = ratio;
    worst = m;
  }
  return worst;
}

function clipPrefix(
  targets: Float64Array,
  order: readonly number[],
  m: number,
  uptake: Float64Array,
  limit: number,
): void {
  const prefix = order.slice(0, m);
  const rest = order.slice(m);
  const sum = prefix.reduce((total, i) => total + targets[i], 0);
  const weight = rest.reduce((total, i) => total + uptake[i], 0);
  if (weight === 0) return;
  for (const i of prefix) targets[i] *= limit / sum;
  for (const i of rest) targets[i] += ((sum - limit) * uptake[i]) / weight;
}
