/** What one scenario draws from: its volume, the tables of its orders, and its rate of products. */

import { setDrawer, type SetDrawer } from './draw-sets';
import { InputError } from './errors';
import { calibrate, carriedChance, type Calibration } from './inclusion';
import type { SimulatorConstraints, Week } from './model';
import {
  constrainedMix,
  holdableTargets,
  placedTotals,
  productLimit,
  productTargets,
  remainder,
  type Mix,
  type PlacedTotals,
} from './order-targets';
import { pickTable, type PickTable } from './pick-table';
import { randomKey, type RandomKey } from './random';
import { scenarioBoxes, scenarioUptake, uptakeConcentration } from './uncertainty';

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
  return {
    week,
    constraints: options.constraints,
    concentration: options.concentration ?? uptakeConcentration(week),
    key: randomKey(options.seed, week.menuWeek),
    mix,
    placed: placedTotals(week, mix),
    limit: productLimit(options.constraints),
    tables: { recipes: table(), labels: table(), products: table() },
  };
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
  const rates = productRates(base, perBox, calibration, cells);
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
  const mean = cells.reduce((sum, share, c) => sum + share * mix.recipesPerBox[c], 0);
  const uptake = scenarioUptake(week, constraints, concentration, key, scenario);
  const perBox = remainder(uptake, count * mean + placed.picks, placed.recipe, count * mean);
  const targets = holdableTargets(
    perBox.map((picks) => picks / count),
    uptake,
    sizes,
  );
  return calibrate(targets, sizes, week.recipes, {
    carriedBy: week.carriedBy,
    tolerance: TOLERANCE,
    maxRounds: MOST_ROUNDS,
  });
}

/**
 * [product], units to draw for a box. A unit that meets a box whose recipes no factory of its own carries is
 * left out, so units are drawn as much more often. (That two products can shut each other out is not
 * accounted for: it takes two that share no factory.)
 */
function productRates(
  { week, mix }: ScenarioBase,
  perBox: Float64Array,
  { weights }: Calibration,
  cells: Float64Array,
): Float64Array {
  const everywhere = week.factories.reduce((mask, _, f) => mask | (1 << f), 0);
  const known = new Map<number, number>();
  return perBox.map((units, p) => {
    const mask = week.products[p].factoryMask & everywhere;
    if (units === 0 || mask === everywhere) return units;
    const sizes = { k: mix.recipesPerBox, share: cells };
    const chance = known.get(mask) ?? carriedChance(weights, sizes, week.carriedBy, mask);
    known.set(mask, chance);
    return chance > 0 ? units / chance : 0;
  });
}

/** [a × b.length + b], the product of two distributions. */
function crossed(a: Float64Array, b: Float64Array): Float64Array {
  return Float64Array.from(
    { length: a.length * b.length },
    (_, i) => a[Math.floor(i / b.length)] * b[i % b.length],
  );
}

/** Units of products a box: Poisson, cut at the limit, its rate raised so that the mean stays as wanted. */
function unitsABox(rates: Float64Array, limit: number): Uint32Array {
  const mean = rates.reduce((sum, rate) => sum + rate, 0);
  if (mean === 0 || limit === 0) return new Uint32Array(0);
  let low = 0;
  let high = 1;
  while (cutPoisson(high, limit).mean < mean && high < 1e6) high *= 2;
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (cutPoisson(middle, limit).mean < mean) low = middle;
    else high = middle;
  }
  const { upTo } = cutPoisson(high, limit);
  const unitsUpTo = Uint32Array.from(upTo, (chance) => Math.round(chance * 65_536));
  // Rounding must not leave room past the limit.
  unitsUpTo[limit] = 65_536;
  return unitsUpTo;
}

/** A Poisson distribution on 0 … limit: its mean and its cumulated chances. */
function cutPoisson(rate: number, limit: number): { mean: number; upTo: Float64Array } {
  const chance = new Float64Array(limit + 1);
  let sum = 0;
  for (let units = 0, term = 1; units <= limit; units++, term *= rate / units) sum += chance[units] = term;
  let mean = 0;
  let cumulated = 0;
  const upTo = chance.map((term, units) => {
    mean += (units * term) / sum;
    return (cumulated += term / sum);
  });
  return { mean, upTo };
}
