/** The Site Specific Forecast of one week: every box to a factory, then counts, then packs. */
import { countBoxes, explodeToSkus, type BoxCounts } from './explode';
import type {
  Boxes,
  DeliveryDate,
  Factory,
  MenuWeek,
  Product,
  Recipe,
  RecipeId,
  SimulatorConstraints,
  SkuInfo,
  Week,
} from './model';
import { previousCounts, previousFactories } from './previous';
import { preferenceOf } from './preference';
import { forecastIntervals, type Intervals, type Quantiles } from './quantiles';
import { routeDay } from './route/route-day';
import { simulateScenarios } from './scenarios';

export const UNALLOCATED = 255;

/** Counts of one kind of box, placed or simulated; whole boxes, units and packs. */
export interface SiteCounts {
  /** [day × F + factory] boxes. */
  readonly boxes: Int32Array;
  /** [day] boxes that no factory could take. */
  readonly unallocated: Int32Array;
  /** [((day × F + factory) × R + recipe) × P + size] boxes that hold the recipe. */
  readonly recipeBoxes: Int32Array;
  /** [(day × F + factory) × products + product] units. */
  readonly productUnits: Int32Array;
  /** [(day × F + factory) × skus + sku] packs. */
  readonly packs: Int32Array;
}

/** How one delivery day was routed. */
export interface DayRouting {
  /** Σ over recipes and factories |now − before|. */
  readonly objective: number;
  readonly lowerBound: number;
  readonly optimal: boolean;
  /** Recipes in boxes, a recipe counted once a box. */
  readonly items: number;
  /** Σ over recipes |now − before|, factories apart; undefined without an earlier forecast. */
  readonly globalChange?: number;
  readonly shortfalls: readonly { readonly factory: number; readonly missing: number }[];
}

export interface SiteForecast {
  readonly menuWeek: MenuWeek;
  readonly days: readonly DeliveryDate[];
  readonly factories: readonly Factory[];
  readonly catchAll: number;
  /** [day × F + factory]; Infinity: no cap. */
  readonly caps: Float64Array;
  readonly portionSizes: readonly number[];
  readonly recipes: readonly Recipe[];
  readonly products: readonly Product[];
  readonly skus: readonly SkuInfo[];
  readonly expectedBoxes: number;
  /** Recipes of the menu that have no bill of materials: their packs are missing from every count. */
  readonly recipesWithoutBill: readonly RecipeId[];
  readonly placed: SiteCounts;
  readonly simulated: SiteCounts;
  readonly routing: readonly DayRouting[];
  /** P10, P50, P90 and mean of the scenario totals; the central scenario lies inside. */
  readonly intervals: Intervals;
  /** [box] placed boxes first, then simulated ones: where the next forecast starts from. */
  readonly factoryOfBox: Uint8Array;
}

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
  const warmStart = previous && previousFactories(week, boxes.count, previous);
  const routing = week.days.map((_, day) => {
    const indices = boxesOfDay(boxes, day);
    const before = previous && previousCounts(week, day, previous);
    const plan = routeDay(dayProblem(week, boxes, day, indices, before, warmStart));
    for (let i = 0; i < indices.length; i++) factoryOfBox[indices[i]] = plan.factory[i];
    const { objective, lowerBound, optimal, itemsNow: items, shortfalls } = plan;
    const globalChange = before && globalChangeOf(week, boxes, indices, before);
    return {
      objective,
      lowerBound,
      optimal,
      items,
      shortfalls,
      ...(globalChange === undefined ? {} : { globalChange }),
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
    recipes: week.recipes,
    products: week.products,
    skus: week.skus,
    expectedBoxes: week.boxes,
    recipesWithoutBill: recipesWithoutBill(week),
    placed: placedCounts,
    simulated: simulatedCounts,
    routing,
    intervals: around(forecastIntervals(week, counts), placedCounts, simulatedCounts),
    factoryOfBox,
  };
}

function recipesWithoutBill(week: Week): RecipeId[] {
  const sizes = week.portionSizes.length;
  const { start } = week.billOfMaterials;
  return week.recipes.filter((_, r) => start[r * sizes] === start[(r + 1) * sizes]).map(({ id }) => id);
}

/**
 * Widens the intervals where the central scenario, which is one of those possible, lies outside, and lifts them
 * where they fall below what is placed already.
 */
function around(intervals: Intervals, placed: SiteCounts, simulated: SiteCounts): Intervals {
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

function concatBoxes(a: Boxes, b: Boxes): Boxes {
  const starts = (first: Uint32Array, second: Uint32Array) => {
    const all = new Uint32Array(first.length + second.length - 1);
    all.set(first);
    const offset = first[first.length - 1];
    for (let i = 1; i < second.length; i++) all[first.length + i - 1] = second[i] + offset;
    return all;
  };
  const bytes = (x: Uint8Array, y: Uint8Array) => {
    const all = new Uint8Array(x.length + y.length);
    all.set(x);
    all.set(y, x.length);
    return all;
  };
  const words = (x: Uint16Array, y: Uint16Array) => {
    const all = new Uint16Array(x.length + y.length);
    all.set(x);
    all.set(y, x.length);
    return all;
  };
  return {
    count: a.count + b.count,
    day: bytes(a.day, b.day),
    size: bytes(a.size, b.size),
    recipeStart: starts(a.recipeStart, b.recipeStart),
    recipe: words(a.recipe, b.recipe),
    productStart: starts(a.productStart, b.productStart),
    product: words(a.product, b.product),
    units: bytes(a.units, b.units),
  };
}

function boxesOfDay(boxes: Boxes, day: number): Uint32Array {
  let count = 0;
  for (let i = 0; i < boxes.count; i++) if (boxes.day[i] === day) count++;
  const indices = new Uint32Array(count);
  let at = 0;
  for (let i = 0; i < boxes.count; i++) if (boxes.day[i] === day) indices[at++] = i;
  return indices;
}

function dayProblem(
  week: Week,
  boxes: Boxes,
  day: number,
  indices: Uint32Array,
  before: Int32Array | undefined,
  warmStart: Uint8Array | undefined,
) {
  const factoryCount = week.factories.length;
  const everywhere = factoryCount === 32 ? 0xffffffff : 2 ** factoryCount - 1;
  const recipeStart = new Uint32Array(indices.length + 1);
  const recipe = new Uint16Array(boxes.recipe.length);
  const eligible = new Uint32Array(indices.length);
  let filled = 0;
  for (let i = 0; i < indices.length; i++) {
    const box = indices[i];
    let mask = everywhere;
    for (let p = boxes.productStart[box]; p < boxes.productStart[box + 1]; p++) {
      mask &= week.products[boxes.product[p]].factoryMask;
    }
    const from = filled;
    for (let p = boxes.recipeStart[box]; p < boxes.recipeStart[box + 1]; p++) {
      const r = boxes.recipe[p];
      mask &= week.carriedBy[r];
      // The router counts a recipe once a box, also where a box holds it twice.
      if (recipe.subarray(from, filled).indexOf(r) < 0) recipe[filled++] = r;
    }
    eligible[i] = mask >>> 0;
    recipeStart[i + 1] = filled;
  }
  return {
    factoryCount,
    recipeCount: week.recipes.length,
    caps: week.caps.slice(day * factoryCount, (day + 1) * factoryCount),
    exact: Uint8Array.from(week.factories, (factory) => (factory.fill === 'exact' ? 1 : 0)),
    catchAll: week.catchAll,
    boxCount: indices.length,
    recipeStart,
    recipe: recipe.slice(0, filled),
    eligible,
    ...(before ? { previous: before } : {}),
    ...(warmStart ? { previousFactory: Uint8Array.from(indices, (box) => warmStart[box]) } : {}),
  };
}

/** Σ over recipes |now − before|, a recipe counted once a box: no routing can do with less. */
function globalChangeOf(week: Week, boxes: Boxes, indices: Uint32Array, before: Int32Array): number {
  const factoryCount = week.factories.length;
  const now = new Int32Array(week.recipes.length);
  for (const box of indices) {
    const held = boxes.recipe.subarray(boxes.recipeStart[box], boxes.recipeStart[box + 1]);
    held.forEach((r, at) => {
      if (held.indexOf(r) === at) now[r]++;
    });
  }
  let change = 0;
  for (let r = 0; r < now.length; r++) {
    let was = 0;
    for (let f = 0; f < factoryCount; f++) was += before[r * factoryCount + f];
    change += Math.abs(now[r] - was);
  }
  return change;
}
