/** What one scenario draws from: its volume, the tables of its orders, and its rate of products. */

import { calibrateByDrawing } from '../sampling/calibrate-by-drawing.ts';
import { withALittleOfAll } from '../sampling/calibrate-remainder.ts';
import { setDrawer, type SetDrawer } from '../sampling/draw-sets.ts';
import { InputError } from '../errors.ts';
import { calibrate, isTooEntangled, type Calibration } from '../sampling/calibrate.ts';
import { holdable, type SizeDistribution } from '../targets/size-distribution.ts';
import type { SimulatorConstraints, Week } from '../model.ts';
import {
  constrainedMix,
  constrainedUptake,
  holdableTargets,
  placedTotals,
  productLimit,
  productTargets,
  remainder,
  type Mix,
  type PlacedTotals,
} from '../targets/order-targets.ts';
import { pickTable, type PickTable } from '../sampling/pick-table.ts';
import { exclusionsOf, productRates, unitsABox, type Exclusions } from './product-rates.ts';
import { randomKey, type RandomKey } from '../sampling/random.ts';
import { scenarioBoxes, scenarioUptake, uptakeConcentration } from './uncertainty.ts';

export interface ScenarioOptions {
  /** A whole number below 2^53; with the same seed the central scenario's. */
  readonly seed: number;
  readonly constraints: SimulatorConstraints;
  /** Dirichlet concentration of the uptake; default by the week's horizon, see `uptakeConcentration`. */
  readonly concentration?: number;
}

/** What all scenarios of a week share. */
export interface ScenarioBase {
  readonly week: Week;
  readonly constraints: SimulatorConstraints;
  readonly concentration: number;
  readonly key: RandomKey;
  readonly mix: Mix;
  readonly placed: PlacedTotals;
  /** Units of products a box may hold. */
  readonly limit: number;
  readonly exclusions: Exclusions;
  /** Where menus overlap too wildly to calibrate each scenario: what the week expects, calibrated once. */
  readonly entangled?: { readonly targets: Float64Array; readonly calibration: Calibration };
  /** Lent to every scenario in turn, so that none allocates its own. */
  readonly tables: { readonly recipes: PickTable; readonly labels: PickTable; readonly products: PickTable };
}

/** One scenario, until the next is made from the same base. */
export interface ScenarioModel {
  readonly scenario: number;
  /** Simulated boxes. */
  readonly count: number;
  readonly drawer: SetDrawer;
  /** Table of labels: cell of the mix × days + day. */
  readonly labels: PickTable;
  /** [units], chance that a box holds so many or fewer, in 65,536ths; empty where no box holds any. */
  readonly unitsUpTo: Uint32Array;
  /** Which product a unit is. Those that cannot go into every box stand in here more often by as much. */
  readonly products: PickTable;
}

/** Indices of 16 bits, of which the last is none. */
const MOST_LABELS = 65_535;

/** @throws InputError when the constraints leave no box size, or there are too many kinds of boxes */
export function scenarioBase(week: Week, options: ScenarioOptions): ScenarioBase {
  const mix = constrainedMix(week, options.constraints);
  const labels = mix.share.length * week.days.length;
  if (labels > MOST_LABELS)
    throw new InputError(
      `${week.menuWeek} has ${mix.share.length} kinds of boxes on ${week.days.length} delivery days; ` +
        `expected at most ${MOST_LABELS} of both together (one times the other)`,
    );
  const table = () => pickTable(Float64Array.of(1));
  const key = randomKey(options.seed, week.menuWeek);
  const placed = placedTotals(week, mix);
  const sizes = { k: mix.recipesPerBox, share: mix.share };
  return {
    week,
    constraints: options.constraints,
    concentration: options.concentration ?? uptakeConcentration(week),
    key,
    mix,
    placed,
    limit: productLimit(options.constraints),
    exclusions: exclusionsOf(week, sizes),
    ...entangledOf(week, options.constraints, sizes, placed, key),
    tables: { recipes: table(), labels: table(), products: table() },
  };
}

function entangledOf(
  week: Week,
  constraints: SimulatorConstraints,
  sizes: SizeDistribution,
  placed: PlacedTotals,
  key: RandomKey,
): Pick<ScenarioBase, 'entangled'> {
  const { carriedBy, recipes, boxes } = week;
  if (!isTooEntangled(week.uptake, sizes, carriedBy)) return {};
  const uptake = constrainedUptake(week.uptake, constraints);
  const whole = uptake.map((share) => share * holdable(sizes, Infinity));
  const count = boxes - placed.boxes;
  // Some scenarios need what the week does not lack.
  const near = count > 0 ? withALittleOfAll(remainderTargets(uptake, sizes, placed, count), whole) : whole;
  const targets = holdableTargets(near, uptake, sizes);
  return { entangled: { targets, calibration: calibrateByDrawing(targets, sizes, recipes, carriedBy, key) } };
}

/** [recipe], expected inclusions of each of `count` simulated boxes, after what is placed. */
function remainderTargets(
  uptake: Float64Array,
  sizes: SizeDistribution,
  placed: PlacedTotals,
  count: number,
): Float64Array {
  const picks = count * holdable(sizes, Infinity);
  const targets = remainder(uptake, picks + placed.picks, placed.recipe, picks);
  return holdableTargets(
    targets.map((expected) => expected / count),
    uptake,
    sizes,
  );
}

/** The smallest error worth its rounds: sampling noise is a hundred times as large. */
const TOLERANCE = 1e-5;
const MOST_ROUNDS = 300;

/**
 * Scenario `scenario` (1, 2, 3 …); undefined when it has no more boxes than are placed.
 *
 * @throws InputError as `planOrders`
 */
export function scenarioModel(base: ScenarioBase, scenario: number): ScenarioModel | undefined {
  const { week, key, placed, mix, tables } = base;
  const boxes = scenarioBoxes(week, key, scenario);
  const count = boxes - placed.boxes;
  if (count <= 0) return undefined;
  const cells = remainder(mix.share, boxes, placed.cell, 1);
  const days = remainder(week.dayShare, boxes, placed.day, 1);
  const calibration = scenarioWeights(base, scenario, count, cells);
  const perBox = productTargets(week, boxes, count, placed.product, base.limit).map((units) => units / count);
  const sizes = { k: mix.recipesPerBox, share: cells };
  const rates = productRates(week, base.exclusions, perBox, calibration.weights, sizes, base.limit);
  return {
    scenario,
    count,
    drawer: setDrawer(calibration, week.carriedBy, pickTable(calibration.weights, tables.recipes)),
    labels: pickTable(crossed(cells, days), tables.labels),
    unitsUpTo: unitsABox(rates, base.limit),
    products: pickTable(rates, tables.products),
  };
}

function scenarioWeights(
  base: ScenarioBase,
  scenario: number,
  count: number,
  cells: Float64Array,
): Calibration {
  const { week, key, placed, mix, concentration, constraints } = base;
  const sizes = { k: mix.recipesPerBox, share: cells };
  const uptake = scenarioUptake(week, constraints, concentration, key, scenario);
  const targets = remainderTargets(uptake, sizes, placed, count);
  const { entangled } = base;
  if (entangled) {
    // As little as a scenario's uptake differs, weights differ in proportion.
    const scaled = entangled.calibration.weights.map((weight, i) =>
      entangled.targets[i] > 0 ? (weight * targets[i]) / entangled.targets[i] : 0,
    );
    return { ...entangled.calibration, weights: scaled };
  }
  return calibrate(targets, sizes, week.recipes, {
    carriedBy: week.carriedBy,
    tolerance: TOLERANCE,
    maxRounds: MOST_ROUNDS,
  });
}

/** [a × b.length + b], the product of two distributions. */
function crossed(a: Float64Array, b: Float64Array): Float64Array {
  return Float64Array.from(
    { length: a.length * b.length },
    (_, i) => a[Math.floor(i / b.length)] * b[i % b.length],
  );
}
