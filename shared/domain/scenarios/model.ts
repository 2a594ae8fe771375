/** What one scenario draws from: its volume, the tables of its orders, and its rate of products. */

import type { SimulatorConstraints, Week } from '../model.ts';
import { calibrate, type Calibration } from '../sampling/calibrate.ts';
import { calibrateByDrawing } from '../sampling/calibrate-by-drawing.ts';
import { blendWithWholeWeek, type InclusionTargets } from '../sampling/calibrate-remainder.ts';
import { condensedTable, type CondensedTable } from '../sampling/condensed-table.ts';
import { setDrawer, type SetDrawer } from '../sampling/draw-sets.ts';
import { hasTooManyMenuTerms } from '../sampling/inclusions.ts';
import { randomKey, type RandomKey } from '../sampling/random.ts';
import { constrainedUptake } from '../targets/constraints.ts';
import { withinInclusionLimits } from '../targets/inclusion-limits.ts';
import {
  cellsAndDays,
  orderBasis,
  productTargets,
  remainder,
  wholeWeekTargets,
  type OrderBasis,
} from '../targets/order-targets.ts';
import type { PlacedTotals } from '../targets/placed-totals.ts';
import { meanSize, type SizeDistribution } from '../targets/size-distribution.ts';
import { labelShares, labelsOf, type Labels } from './labels.ts';
import { exclusionsOf, productRates, unitsABox, type Exclusions } from './product-rates.ts';
import { scenarioBoxes, scenarioUptake, uptakeConcentration } from './uncertainty.ts';

export interface ScenarioOptions {
  /** A whole number below 2^53; with the same seed the central scenario's. */
  readonly seed: number;
  readonly constraints: SimulatorConstraints;
  /** Dirichlet concentration of the uptake; default by the week's horizon, see `uptakeConcentration`. */
  readonly concentration?: number;
}

/** What all scenarios of a week share. */
export interface ScenarioBase extends OrderBasis {
  readonly constraints: SimulatorConstraints;
  readonly concentration: number;
  readonly key: RandomKey;
  readonly labels: Labels;
  readonly exclusions: Exclusions;
  /** What the week expects, calibrated once, where menus overlap in too many ways to calibrate each scenario. */
  readonly calibratedOnce?: { readonly targets: Float64Array; readonly calibration: Calibration };
  /** Lent to every scenario in turn, so that none allocates its own. */
  readonly tables: Readonly<Record<'recipes' | 'labels' | 'products', CondensedTable>>;
}

/** One scenario, until the next is made from the same base. */
export interface ScenarioModel {
  readonly scenario: number;
  /** Simulated boxes. */
  readonly count: number;
  readonly drawer: SetDrawer;
  readonly labels: CondensedTable;
  /** [units], chance that a box holds so many or fewer, in 65,536ths; empty where no box holds any. */
  readonly unitsUpTo: Uint32Array;
  /** Which product a unit is. Those that cannot go into every box stand in here more often by as much. */
  readonly products: CondensedTable;
}

/** @throws InputError when the constraints leave no box size, or there are too many kinds of boxes */
export function scenarioBase(week: Week, { seed, constraints, concentration }: ScenarioOptions): ScenarioBase {
  const basis = orderBasis(week, constraints);
  const labels = labelsOf(basis);
  const table = () => condensedTable(Float64Array.of(1));
  const key = randomKey(seed, week.menuWeek);
  return {
    ...basis,
    constraints,
    concentration: concentration ?? uptakeConcentration(week),
    key,
    labels,
    exclusions: exclusionsOf(week, basis.mix),
    ...calibratedOnce(basis, constraints, key),
    tables: { recipes: table(), labels: table(), products: table() },
  };
}

function calibratedOnce(
  { week, mix, placed }: OrderBasis,
  constraints: SimulatorConstraints,
  key: RandomKey,
): Pick<ScenarioBase, 'calibratedOnce'> {
  const { carriedBy, recipes, boxes } = week;
  if (!hasTooManyMenuTerms(week.uptake, mix, carriedBy)) return {};
  const uptake = constrainedUptake(week.uptake, constraints);
  const whole = wholeWeekTargets(uptake, mix);
  const count = boxes - placed.boxes;
  // Some scenarios need what the week does not lack.
  const blended = count > 0 ? blendWithWholeWeek(remainderTargets(uptake, mix, placed, count), whole) : whole;
  const targets = withinInclusionLimits(blended, uptake, mix);
  return { calibratedOnce: { targets, calibration: calibrateByDrawing(targets, mix, recipes, carriedBy, key) } };
}

/** [recipe], expected inclusions of each of `count` simulated boxes, after what is placed. */
function remainderTargets(
  uptake: Float64Array,
  sizes: SizeDistribution,
  placed: PlacedTotals,
  count: number,
): Float64Array {
  const picks = count * meanSize(sizes);
  const targets = remainder(uptake, picks + placed.picks, placed.recipe, picks);
  return withinInclusionLimits(
    targets.map((expected) => expected / count),
    uptake,
    sizes,
  );
}

/** The smallest error worth its rounds: sampling noise is a hundred times as large. */
const TOLERANCE = 1e-5;
const MAX_ROUNDS = 300;

/**
 * Scenario `scenario` (1, 2, 3 …); undefined when it has no more boxes than are placed.
 *
 * @throws InputError as `planOrders`
 */
export function scenarioModel(base: ScenarioBase, scenario: number): ScenarioModel | undefined {
  const { week, key, placed, mix, constraints, concentration, productLimit, tables } = base;
  const boxes = scenarioBoxes(week, key, scenario);
  const count = boxes - placed.boxes;
  if (count <= 0) return undefined;
  const { cells, days } = cellsAndDays(base, boxes, 1);
  const sizes = { k: mix.k, share: cells };
  const uptake = scenarioUptake(week, constraints, concentration, key, scenario);
  const targets = remainderTargets(uptake, sizes, placed, count);
  const calibration = scenarioWeights(base, { targets, sizes });
  const perBox = productTargets(base, boxes, count).map((units) => units / count);
  const rates = productRates(week, base.exclusions, perBox, calibration.weights, sizes, productLimit);
  return {
    scenario,
    count,
    drawer: setDrawer(calibration, week.carriedBy, condensedTable(calibration.weights, tables.recipes)),
    labels: condensedTable(labelShares(cells, days), tables.labels),
    unitsUpTo: unitsABox(rates, productLimit),
    products: condensedTable(rates, tables.products),
  };
}

function scenarioWeights({ week, calibratedOnce }: ScenarioBase, { targets, sizes }: InclusionTargets): Calibration {
  const { carriedBy, recipes } = week;
  if (!calibratedOnce)
    return calibrate(targets, sizes, recipes, { carriedBy, tolerance: TOLERANCE, maxRounds: MAX_ROUNDS });
  // As little as a scenario's uptake differs, weights differ in proportion.
  const { calibration, targets: expected } = calibratedOnce;
  const weights = calibration.weights.map((weight, i) => (expected[i] > 0 ? (weight * targets[i]) / expected[i] : 0));
  return { ...calibration, weights };
}
