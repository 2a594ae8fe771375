/**
 * What the simulated orders of a week have to add up to: the week's expectation less what placed orders
 * already hold. Real numbers here; the central scenario makes them whole (`simulate.ts`).
 */

import { InputError } from '../errors.ts';
import { holdable, largestSize, type SizeDistribution } from './size-distribution.ts';
import type { SimulatorConstraints, Week } from '../model.ts';

/** A box holds at most this many units of products, whatever a run allows. */
const MOST_PRODUCTS_PER_BOX = 10;
/** How near to the limit of what boxes can hold a target is brought when placed orders push it past that. */
const CLIP = 0.98;

/** The mix of box sizes that a run's constraints leave: parallel arrays, `share` sums to 1. */
export interface Mix {
  readonly recipesPerBox: Uint8Array;
  readonly size: Uint8Array;
  readonly share: Float64Array;
}

/** What placed orders hold. */
export interface PlacedTotals {
  readonly boxes: number;
  /** Every recipe in every box, one twice in a box counted twice. */
  readonly picks: number;
  /** [recipe] */
  readonly recipe: Float64Array;
  /** [cell of the mix]; a placed box of a size outside the mix is in none. */
  readonly cell: Float64Array;
  /** [day] */
  readonly day: Float64Array;
  /** [product], units */
  readonly product: Float64Array;
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
  const kept = [...share.keys()].filter(
    (c) => share[c] > 0 && recipesPerBox[c] >= fewest && recipesPerBox[c] <= most,
  );
  const sum = kept.reduce((total, c) => total + share[c], 0);
  if (kept.length === 0)
    throw new InputError(
      `minRecipesPerBox ${fewest} and maxRecipesPerBox ${most} leave no box size of ${week.menuWeek}; ` +
        `its sizes are ${[...new Set(recipesPerBox)].sort((a, b) => a - b).join(', ')}`,
    );
  return {
    recipesPerBox: Uint8Array.from(kept, (c) => recipesPerBox[c]),
    size: Uint8Array.from(kept, (c) => size[c]),
    share: Float64Array.from(kept, (c) => share[c] / sum),
  };
}

/** Counts the placed orders of a week by recipe, cell of the mix, day and product. */
export function placedTotals(week: Week, mix: Mix): PlacedTotals {
  const { placed } = week;
  const { day, size, recipeStart, recipe, productStart, product, units } = placed;
  const totals = {
    boxes: placed.count,
    picks: placed.recipeStart[placed.count] - placed.recipeStart[0],
    recipe: new Float64Array(week.recipes.length),
    cell: new Float64Array(mix.share.length),
    day: new Float64Array(week.days.length),
    product: new Float64Array(week.products.length),
  };
  const sizes = week.portionSizes.length;
  // [recipes × sizes + size] cell + 1; 0 for what is not in the mix, as are boxes of more recipes.
  const cellOf = new Uint16Array(256 * sizes);
  for (let c = 0; c < mix.share.length; c++) cellOf[mix.recipesPerBox[c] * sizes + mix.size[c]] = c + 1;
  for (let box = 0; box < placed.count; box++) {
    const cell = cellOf[(recipeStart[box + 1] - recipeStart[box]) * sizes + size[box]];
    if (cell > 0) totals.cell[cell - 1]++;
    totals.day[day[box]]++;
  }
  for (let p = recipeStart[0]; p < recipeStart[placed.count]; p++) totals.recipe[recipe[p]]++;
  for (let l = productStart[0]; l < productStart[placed.count]; l++) totals.product[product[l]] += units[l];
  return totals;
}

/**
 * Shares of a whole less what is there already, no less than 0, scaled to `wanted`.
 *
 * Where something has more than its share already, the others get a little less than theirs.
 *
 * @param shares sums to 1
 * @param whole what the shares are of
 * @param already parallel to `shares`
 */
export function remainder(
  shares: Float64Array,
  whole: number,
  already: Float64Array,
  wanted: number,
): Float64Array {
  const missing = shares.map((share, i) => Math.max(0, share * whole - already[i]));
  const sum = missing.reduce((total, value) => total + value, 0);
  return sum > 0 ? missing.map((value) => (value / sum) * wanted) : shares.map((share) => share * wanted);
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

/**
 * Expected inclusions a simulated box, [recipe], brought within what boxes can hold.
 *
 * Placed orders win: when they left a recipe so short that the few remaining boxes would have to hold it
 * more than once, as many get it as can (98% of the limit), and the rest goes to the other recipes in
 * proportion to their uptake. The same for a handful of orders whose sizes are not the mix, being whole.
 * Targets within the limits are returned as they are.
 *
 * @param targets sums to the mean of k
 */
export function holdableTargets(
  targets: Float64Array,
  uptake: Float64Array,
  sizes: SizeDistribution,
): Float64Array {
  const result = Float64Array.from(targets);
  const reach = Math.min(largestSize(sizes), result.length - 1);
  for (let round = 0; round < 100; round++) {
    const order = [...result.keys()].sort((a, b) => result[b] - result[a] || a - b);
    const worst = worstPrefix(result, order, sizes, reach);
    if (worst === 0) break;
    clipPrefix(result, order, worst, uptake, holdable(sizes, worst) * CLIP);
  }
  return result;
}

/** How many of the largest targets together exceed their limit the most; 0 when none does. */
function worstPrefix(
  targets: Float64Array,
  order: readonly number[],
  sizes: SizeDistribution,
  reach: number,
): number {
  let worst = 0;
  let excess = 1 - 1e-9;
  let sum = 0;
  for (let m = 1; m <= reach; m++) {
    sum += targets[order[m - 1]];
    const ratio = sum / holdable(sizes, m);
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

/** Units of products a box may hold under the run's constraints. */
export function productLimit(constraints: SimulatorConstraints): number {
  return Math.min(constraints.maxProductsPerBox ?? MOST_PRODUCTS_PER_BOX, MOST_PRODUCTS_PER_BOX);
}

/**
 * Units of each product that simulated boxes hold, [product]: expected units of the whole week less those
 * placed, no less than 0, and together no more than the simulated boxes have room for when it is placed
 * orders that are to blame.
 *
 * @throws InputError when even the average box would have to hold more than the limit
 */
export function productTargets(
  week: Week,
  boxes: number,
  simulated: number,
  placedUnits: Float64Array,
  limit: number,
): Float64Array {
  const perBox = week.products.reduce((sum, product) => sum + product.perBox, 0);
  if (perBox > limit)
    throw new InputError(
      `the products of ${week.menuWeek} expect ${perBox.toFixed(2)} units a box; expected at most ${limit}`,
    );
  const units = Float64Array.from(week.products, (product, p) =>
    Math.max(0, product.perBox * boxes - placedUnits[p]),
  );
  const sum = units.reduce((total, value) => total + value, 0);
  const room = simulated * limit;
  return sum > room ? units.map((value) => (value * room) / sum) : units;
}
