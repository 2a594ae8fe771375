/** What a run's constraints leave of a week's expectation. */

import { InputError } from '../errors.ts';
import type { SimulatorConstraints, Week } from '../model.ts';
import type { SizeDistribution } from './size-distribution.ts';

/** A box holds at most this many units of products, whatever a run allows. */
const MAX_PRODUCT_UNITS_PER_BOX = 10;

/** The mix of boxes, its cells in parallel arrays; `share` sums to 1. */
export interface Mix extends SizeDistribution {
  readonly k: Uint8Array;
  /** Index into `Week.portionSizes`. */
  readonly size: Uint8Array;
  readonly share: Float64Array;
}

/**
 * The mix without the sizes that a run excludes.
 *
 * @throws InputError when the limits leave no size
 */
export function constrainedMix(week: Week, constraints: SimulatorConstraints): Mix {
  const { recipesPerBox, size, share } = week.mix;
  const fewest = constraints.minRecipesPerBox ?? 0;
  const most = constraints.maxRecipesPerBox ?? Infinity;
  const kept = [...share.keys()].filter((c) => share[c] > 0 && recipesPerBox[c] >= fewest && recipesPerBox[c] <= most);
  const sum = kept.reduce((total, c) => total + share[c], 0);
  if (kept.length === 0)
    throw new InputError(
      `minRecipesPerBox ${fewest} and maxRecipesPerBox ${most} leave no box size of ${week.menuWeek}; ` +
        `its sizes are ${[...new Set(recipesPerBox)].sort((a, b) => a - b).join(', ')}`,
    );
  return {
    k: Uint8Array.from(kept, (c) => recipesPerBox[c]),
    size: Uint8Array.from(kept, (c) => size[c]),
    share: Float64Array.from(kept, (c) => share[c] / sum),
  };
}

/**
 * Shares of which none exceeds the cap: the excess is spread over the others in proportion, repeatedly,
 * because spreading can lift another one over the cap. A share of 0 stays 0.
 *
 * @throws InputError when the cap is too low for the shares to sum to 1
 */
export function cappedShares(shares: Float64Array, cap: number): Float64Array {
  const positive = shares.reduce((count, share) => count + (share > 0 ? 1 : 0), 0);
  if (positive * cap < 1 - 1e-12)
    throw new InputError(
      `maxRecipeShare ${cap} cannot be kept with ${positive} recipes: it must be at least ${1 / positive}`,
    );
  const result = Float64Array.from(shares);
  const full = new Set<number>();
  for (;;) {
    const over = [...result.keys()].filter((i) => !full.has(i) && result[i] > cap);
    if (over.length === 0) return result;
    for (const i of over) {
      full.add(i);
      result[i] = cap;
    }
    let open = 0;
    for (let i = 0; i < result.length; i++) if (!full.has(i)) open += result[i];
    const factor = open > 0 ? (1 - full.size * cap) / open : 0;
    for (let i = 0; i < result.length; i++) if (!full.has(i)) result[i] *= factor;
  }
}

/** The uptake with the run's `maxRecipeShare` applied; errors as in `cappedShares`. */
export function constrainedUptake(uptake: Float64Array, constraints: SimulatorConstraints): Float64Array {
  return constraints.maxRecipeShare === undefined ? uptake : cappedShares(uptake, constraints.maxRecipeShare);
}

/** Units of products a box may hold under the run's constraints. */
export function maxProductUnits(constraints: SimulatorConstraints): number {
  return Math.min(constraints.maxProductsPerBox ?? MAX_PRODUCT_UNITS_PER_BOX, MAX_PRODUCT_UNITS_PER_BOX);
}
