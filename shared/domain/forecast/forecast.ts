/** The Site Specific Forecast of one week: every box to a factory, then counts, then packs. */
import { countBoxes, explodeToSkus, type BoxCounts } from './explode.ts';
import { concatBoxes } from '../boxes.ts';
import { UNALLOCATED } from '../factory-mask.ts';
import type { Boxes, SimulatorConstraints, Week } from '../model.ts';
import { previousCounts, previousFactories } from './previous.ts';
import type { SiteCounts, SiteForecast } from './site-forecast.ts';
import { preferenceOf } from '../scenarios/preference.ts';
import { forecastIntervals, type Intervals, type Quantiles } from '../scenarios/quantiles.ts';
import { boxesOfDay, dayProblem, globalChange } from '../allocation/day-problem.ts';
import { randomKey } from '../sampling/random.ts';
import { routeDay } from '../allocation/route-day.ts';
import { simulateScenarios } from '../scenarios/simulate-scenarios.ts';

export interface ForecastOptions {
  /** The run's seed: the scenarios draw from the same streams as the central one. */
  readonly seed: number;
  readonly constraints: SimulatorConstraints;
  readonly scenarios: number;
  /** What was last published for this week, to stay close to. */
  readonly previous?: SiteForecast | undefined;
}

/**
 * Routes a week's placed and simulated boxes, day by day, and counts what every factory needs, with its
 * uncertainty.
 *
 * @param simulated the Order Simulator's boxes of this week
 */
export function forecastSites(week: Week, simulated: Boxes, options: ForecastOptions): SiteForecast {
  const { previous } = options;
  const boxes = concatBoxes(week.placed, simulated);
  const factoryOfBox = new Uint8Array(boxes.count).fill(UNALLOCATED);
  const previousFactory = previous && previousFactories(week, boxes.count, previous);
  const key = randomKey(options.seed, week.menuWeek);
  const routing = week.days.map((_, day) => {
    const indices = boxesOfDay(boxes, day);
    const problem = dayProblem({
      week,
      boxes,
      day,
      indices,
      key,
      previous: previous && previousCounts(week, day, previous),
      previousFactory,
    });
    const plan = routeDay(problem);
    for (let i = 0; i < indices.length; i++) factoryOfBox[indices[i]] = plan.factory[i];
    const { objective, lowerBound, optimal, itemsNow: items, shortfalls } = plan;
    const change = globalChange(problem);
    return {
      objective,
      lowerBound,
      optimal,
      items,
      shortfalls,
      ...(change === undefined ? {} : { globalChange: change }),
    };
  });
  const placedFactory = factoryOfBox.subarray(0, week.placed.count);
  const simulatedFactory = factoryOfBox.subarray(week.placed.count);
  const placedCounts = siteCounts(week, countBoxes(week, week.placed, placedFactory));
  const simulatedCounts = siteCounts(week, countBoxes(week, simulated, simulatedFactory));
  const preference = preferenceOf(week, [
    { boxes: week.placed, factory: placedFactory },
    { boxes: simulated, factory: simulatedFactory },
  ]);
  const counts = simulateScenarios(week, { ...options, preference });
  return {
    menuWeek: week.menuWeek,
    days: week.days,
    factories: week.factories,
    catchAll: week.catchAll,
    caps: week.caps,
    portionSizes: week.portionSizes,
    carriedBy: week.carriedBy,
    recipes: week.recipes,
    products: week.products,
    skus: week.skus,
    expectedBoxes: week.boxes,
    withoutBill: withoutBill(week),
    placed: placedCounts,
    simulated: simulatedCounts,
    routing,
    intervals: widenedAll(forecastIntervals(week, counts), placedCounts, simulatedCounts),
    factoryOfBox,
  };
}

function withoutBill({ billOfMaterials: { start } }: Week): Uint8Array {
  return Uint8Array.from({ length: start.length - 1 }, (_, row) => Number(start[row] === start[row + 1]));
}

/**
 * Widens the intervals where the central scenario, which is one of those possible, lies outside, and lifts them
 * where they fall below what is placed already.
 */
function widenedAll(intervals: Intervals, placed: SiteCounts, simulated: SiteCounts): Intervals {
  return {
    ...intervals,
    sku: widened(intervals.sku, placed.packs, simulated.packs),
    recipe: widened(intervals.recipe, placed.recipeBoxes, simulated.recipeBoxes),
    product: widened(intervals.product, placed.productUnits, simulated.productUnits),
    boxes: widened(intervals.boxes, placed.boxes, simulated.boxes),
  };
}

function widened(quantiles: Quantiles, placed: Int32Array, simulated: Int32Array): Quantiles {
  const { p10, p50, p90 } = quantiles;
  for (let at = 0; at < placed.length; at++) {
    const central = placed[at] + simulated[at];
    p10[at] = Math.max(placed[at], Math.min(p10[at], central));
    p50[at] = Math.max(placed[at], p50[at]);
    p90[at] = Math.max(p50[at], p90[at], central);
  }
  return quantiles;
}

function siteCounts(week: Week, counts: BoxCounts): SiteCounts {
  return {
    boxes: counts.boxesPerFactoryDay,
    unallocated: counts.unallocatedPerDay,
    recipeBoxes: counts.boxesByCell,
    productUnits: counts.productUnits,
    packs: explodeToSkus(week, counts.picksByCell),
  };
}
