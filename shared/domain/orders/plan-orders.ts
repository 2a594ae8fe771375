import type { SimulatorConstraints, Week } from '../model.ts';
import { calibrateRemainder } from '../sampling/calibrate-remainder.ts';
import { steadyTable } from '../sampling/condensed-table.ts';
import { setDrawer, type SetDrawer } from '../sampling/draw-sets.ts';
import { randomKey, type RandomKey } from '../sampling/random.ts';
import { apportion } from '../targets/apportion.ts';
import { constrainedUptake } from '../targets/constraints.ts';
import { refuseOverInclusionLimits, withinInclusionLimits } from '../targets/inclusion-limits.ts';
import {
  cellsAndDays,
  orderBasis,
  productTargets,
  remainder,
  wholeWeekTargets,
  type OrderBasis,
} from '../targets/order-targets.ts';

export interface SimulationOptions {
  /** A whole number below 2^53. */
  readonly seed: number;
  readonly constraints: SimulatorConstraints;
}

/** The exact totals of the simulated orders, and what draws them. */
export interface OrderPlan extends OrderBasis {
  /** Simulated orders. */
  readonly count: number;
  /** [cell of the mix], simulated orders. */
  readonly cellCount: Int32Array;
  /** [day], simulated orders. */
  readonly dayCount: Int32Array;
  /** [recipe], simulated picks: expected, and as whole numbers. */
  readonly recipeTargets: Float64Array;
  readonly recipePicks: Int32Array;
  /** [product], simulated units. */
  readonly productUnits: Int32Array;
  readonly key: RandomKey;
  /** Undefined when nothing is simulated. */
  readonly drawer?: SetDrawer;
}

/**
 * Sets the totals of a week's simulated orders and calibrates the weights that draw them.
 *
 * @throws InputError when the constraints leave no box size or no room for the uptake, when a recipe is
 *   expected in every box or more, when recipes are fewer than a box holds, or when no factory carries
 *   enough of them
 */
export function planOrders(week: Week, { seed, constraints }: SimulationOptions): OrderPlan {
  const basis = orderBasis(week, constraints);
  const { mix, placed, productLimit } = basis;
  const count = Math.max(0, week.boxes - placed.boxes);
  const whole = count + placed.boxes;
  const { cells, days } = cellsAndDays(basis, whole, count);
  const cellCount = apportion(cells, count);
  const dayCount = apportion(days, count);
  const units = productTargets(basis, whole, count);
  const key = randomKey(seed, week.menuWeek);
  const shared = { ...basis, count, cellCount, dayCount, key };
  if (count === 0)
    return {
      ...shared,
      recipeTargets: new Float64Array(week.recipes.length),
      recipePicks: new Int32Array(week.recipes.length),
      productUnits: new Int32Array(week.products.length),
    };
  const picks = cellCount.reduce((sum, boxes, c) => sum + boxes * mix.k[c], 0);
  const uptake = constrainedUptake(week.uptake, constraints);
  const perBox = remainder(uptake, picks + placed.picks, placed.recipe, picks / count);
  const wholeWeek = { targets: wholeWeekTargets(uptake, mix), sizes: mix };
  refuseOverInclusionLimits(wholeWeek.targets, mix, week.recipes);
  const sizes = { k: mix.k, share: Float64Array.from(cellCount, (boxes) => boxes / count) };
  const targets = withinInclusionLimits(perBox, uptake, sizes);
  const calibration = calibrateRemainder(week, key, { targets, sizes }, wholeWeek);
  return {
    ...shared,
    recipeTargets: targets.map((perOrder) => perOrder * count),
    recipePicks: apportion(targets, picks),
    productUnits: apportionUnits(units, count * productLimit),
    drawer: setDrawer(calibration, week.carriedBy, steadyTable(calibration.weights)),
  };
}

function apportionUnits(units: Float64Array, room: number): Int32Array {
  const sum = units.reduce((total, value) => total + value, 0);
  return apportion(units, Math.min(Math.round(sum), room));
}
