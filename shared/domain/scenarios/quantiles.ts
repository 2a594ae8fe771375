/**
 * P10, P50 and P90 of scenario totals. A total is added up within each scenario and its quantiles taken
 * after that: quantiles do not add. The site forecast then widens them to what is placed and to the central scenario
 * (`widened` in forecast/forecast.ts).
 */

import type { Week } from '../model.ts';
import type { ScenarioCounts } from './counts.ts';

/** Quantiles and mean of a list of things, parallel arrays. P10 ≤ P50 ≤ P90. */
export interface Quantiles {
  readonly p10: Uint32Array;
  readonly p50: Uint32Array;
  readonly p90: Uint32Array;
  readonly mean: Float64Array;
}

/** The uncertainty of a week's forecast; place = day × factories + factory. */
export interface Intervals {
  /** [place × skus + sku], packs. */
  readonly sku: Quantiles;
  /** [(place × recipes + recipe) × sizes + size], boxes that hold the recipe. */
  readonly recipe: Quantiles;
  /** [place × products + product], units. */
  readonly product: Quantiles;
  /** [place], boxes. */
  readonly boxes: Quantiles;
  /** [place], unconstrained demand: boxes that would come if there were no caps. Over the cap, boxes go elsewhere. */
  readonly wanted: Quantiles;
  /** [place], share of the scenarios in which more boxes would come than the cap allows. */
  readonly overCap: Float64Array;
  /** [day], boxes that find no room. */
  readonly unallocated: Quantiles;
}

/**
 * Takes the quantiles of everything that the forecast states.
 *
 * @throws RangeError when there are no scenarios
 */
export function forecastIntervals(week: Week, counts: ScenarioCounts): Intervals {
  const { scenarios } = counts;
  const places = week.days.length * week.factories.length;
  const sku = emptyQuantiles(places * week.skus.length);
  const packs = new Float64Array(week.skus.length * scenarios);
  for (let place = 0; place < places; place++) {
    skuTotals(week, counts, place, packs);
    writeQuantiles(packs, scenarios, sku, place * week.skus.length);
  }
  return {
    sku,
    recipe: quantilesOf(boxesWithRecipe(counts), scenarios),
    product: quantilesOf(counts.product, scenarios),
    boxes: quantilesOf(counts.boxes, scenarios),
    wanted: quantilesOf(counts.unconstrained, scenarios),
    overCap: Float64Array.from({ length: places }, (_, place) => {
      const row = counts.unconstrained.subarray(place * scenarios, (place + 1) * scenarios);
      return row.reduce((sum, boxes) => sum + (boxes > week.caps[place] ? 1 : 0), 0) / scenarios;
    }),
    unallocated: quantilesOf(counts.unallocated, scenarios),
  };
}

/** Picks less those of a recipe that their box holds already. */
function boxesWithRecipe({ recipe, repeats }: ScenarioCounts): Uint32Array {
  return repeats.length === 0 ? recipe : recipe.map((picks, cell) => picks - repeats[cell]);
}

/**
 * Packs of every SKU at one place (day × factories + factory) in every scenario, [sku × scenarios +
 * scenario]: recipe counts times the bills of materials. Add the results of several places up to get
 * the quantiles of a wider total.
 *
 * @param into lent memory of that length, overwritten
 */
export function skuTotals(
  week: Week,
  counts: ScenarioCounts,
  place: number,
  into = new Float64Array(week.skus.length * counts.scenarios),
): Float64Array {
  const { start, sku, packs } = week.billOfMaterials;
  const rows = week.recipes.length * week.portionSizes.length;
  into.fill(0);
  for (let row = 0; row < rows; row++) {
    const from = (place * rows + row) * counts.scenarios;
    const boxes = counts.recipe.subarray(from, from + counts.scenarios);
    if (!holdsAny(boxes)) continue;
    for (let line = start[row]; line < start[row + 1]; line++)
      addTimes(into, sku[line] * counts.scenarios, boxes, packs[line]);
  }
  return into;
}

function holdsAny(values: Uint32Array): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) return true;
  return false;
}

function addTimes(into: Float64Array, at: number, boxes: Uint32Array, packs: number): void {
  for (let s = 0; s < boxes.length; s++) into[at + s] += boxes[s] * packs;
}

/**
 * Quantiles of [cell × scenarios + scenario], one for each cell.
 *
 * @throws RangeError when there are no scenarios
 */
export function quantilesOf(values: Uint32Array | Float64Array, scenarios: number): Quantiles {
  if (scenarios < 1) throw new RangeError('quantiles need at least one scenario');
  const result = emptyQuantiles(values.length / scenarios);
  writeQuantiles(values, scenarios, result, 0);
  return result;
}

function emptyQuantiles(length: number): Quantiles {
  return {
    p10: new Uint32Array(length),
    p50: new Uint32Array(length),
    p90: new Uint32Array(length),
    mean: new Float64Array(length),
  };
}

/** The values of a row that lie closer together than this are counted, others sorted. */
const MAX_COUNTED_RANGE = 4096;

/** The q-quantile of n values is the smallest with at least q·n of them at or below it. */
function writeQuantiles(values: Uint32Array | Float64Array, scenarios: number, into: Quantiles, first: number): void {
  const lent = { row: new Float64Array(scenarios), counts: new Uint32Array(MAX_COUNTED_RANGE) };
  // A product such as 0.1 × 30 may come out a hair above the whole number it is.
  const rank = (q: number) => Math.max(0, Math.ceil(q * scenarios - 1e-9) - 1);
  const ranks = [rank(0.1), rank(0.5), rank(0.9)] as const;
  const found = new Float64Array(3);
  for (let cell = 0, from = 0; from < values.length; cell++, from += scenarios) {
    const sum = copyInto(lent.row, values, from);
    if (sum === 0) continue;
    valuesAt(ranks, lent.row, lent.counts, found);
    into.p10[first + cell] = found[0];
    into.p50[first + cell] = found[1];
    into.p90[first + cell] = found[2];
    into.mean[first + cell] = sum / scenarios;
  }
}

/**
 * The whole numbers at ascending ranks (from 0) of a row, exact. Scenario totals of one thing lie close together:
 * counting how often each value occurs is several times faster than sorting.
 *
 * @param row may be reordered
 * @param counts lent memory, overwritten
 */
function valuesAt(
  ranks: readonly [number, number, number],
  row: Float64Array,
  counts: Uint32Array,
  into: Float64Array,
): void {
  let least = row[0];
  let most = row[0];
  for (let s = 1; s < row.length; s++) {
    if (row[s] < least) least = row[s];
    else if (row[s] > most) most = row[s];
  }
  if (most - least >= counts.length) {
    row.sort();
    for (let r = 0; r < ranks.length; r++) into[r] = row[ranks[r]];
    return;
  }
  counts.fill(0, 0, most - least + 1);
  for (let s = 0; s < row.length; s++) counts[row[s] - least]++;
  let value = 0;
  let atOrBelow = counts[0];
  for (let r = 0; r < ranks.length; r++) {
    while (atOrBelow <= ranks[r]) atOrBelow += counts[++value];
    into[r] = least + value;
  }
}

function copyInto(target: Float64Array, values: Uint32Array | Float64Array, from: number): number {
  let sum = 0;
  for (let i = 0; i < target.length; i++) {
    const value = values[from + i];
    target[i] = value;
    sum += value;
  }
  return sum;
}
