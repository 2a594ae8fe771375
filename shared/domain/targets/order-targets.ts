/**
 * What the simulated orders of a week have to add up to: the week's expectation less what placed orders already hold.
 * Real numbers here, for the central scenario (`orders/plan-orders.ts`, which makes them whole) and all others.
 */

import { InputError } from '../errors.ts';
import type { SimulatorConstraints, Week } from '../model.ts';
import { constrainedMix, maxProductUnits, type Mix } from './constraints.ts';
import { placedTotals, type PlacedTotals } from './placed-totals.ts';
import { meanSize } from './size-distribution.ts';

/** What every scenario of a week starts from. */
export interface OrderBasis {
  readonly week: Week;
  readonly mix: Mix;
  readonly placed: PlacedTotals;
  /** Units of products that a box may hold. */
  readonly productLimit: number;
}

/** @throws InputError when the constraints leave no box size */
export function orderBasis(week: Week, constraints: SimulatorConstraints): OrderBasis {
  const mix = constrainedMix(week, constraints);
  return { week, mix, placed: placedTotals(week, mix), productLimit: maxProductUnits(constraints) };
}

/**
 * How the simulated boxes are spread, when the week has `boxes` boxes with the placed ones: by cell of the mix and by day,
 * each scaled to sum to `total`.
 */
export function cellsAndDays(
  { week, mix, placed }: OrderBasis,
  boxes: number,
  total: number,
): { readonly cells: Float64Array; readonly days: Float64Array } {
  return {
    cells: remainder(mix.share, boxes, placed.cell, total),
    days: remainder(week.dayShare, boxes, placed.day, total),
  };
}

/** [recipe], expected inclusions a box of the whole week, placed or not. */
export function wholeWeekTargets(uptake: Float64Array, mix: Mix): Float64Array {
  const mean = meanSize(mix);
  return uptake.map((share) => share * mean);
}

/**
 * Shares of a whole less what is there already, no less than 0, scaled to sum to `total`.
 *
 * Where something has more than its share already, the others get a little less than theirs.
 *
 * @param shares sums to 1
 * @param whole what the shares are of
 * @param already parallel to `shares`
 */
export function remainder(shares: Float64Array, whole: number, already: Float64Array, total: number): Float64Array {
  const missing = shares.map((share, i) => Math.max(0, share * whole - already[i]));
  const sum = missing.reduce((all, value) => all + value, 0);
  return sum > 0 ? missing.map((value) => (value / sum) * total) : shares.map((share) => share * total);
}

/**
 * Units of each product that simulated boxes hold, [product]: expected units of the whole week of `boxes` boxes less those
 * placed, no less than 0, and together no more than the simulated boxes have room for when it is placed
 * orders that are to blame.
 *
 * @throws InputError when even the average box would have to hold more than the limit
 */
export function productTargets(
  { week, placed, productLimit: limit }: OrderBasis,
  boxes: number,
  simulated: number,
): Float64Array {
  const perBox = week.products.reduce((sum, product) => sum + product.perBox, 0);
  if (perBox > limit)
    throw new InputError(
      `the products of ${week.menuWeek} expect ${perBox.toFixed(2)} units a box; expected at most ${limit}`,
    );
  const units = Float64Array.from(week.products, (product, p) =>
    Math.max(0, product.perBox * boxes - placed.product[p]),
  );
  const sum = units.reduce((total, value) => total + value, 0);
  const room = simulated * limit;
  return sum > room ? units.map((value) => (value * room) / sum) : units;
}
