import type { Boxes } from '../model.ts';
import { drawSets, maxSets, type SetDrawer } from '../sampling/draw-sets.ts';
import { countPicks, enterCounts, takeCounts } from '../sampling/kernel/kernel.ts';
import type { Mix } from '../targets/constraints.ts';
import { labelRuns, spreadLabels, type LabelRuns } from './blocks.ts';
import type { OrderPlan } from './plan-orders.ts';
import type { ProductColumns } from './products.ts';

/** The orders `from` to `to` − 1 of a plan. */
export interface Shard {
  readonly from: number;
  readonly to: number;
}

/** Orders that have no products yet. */
export interface DrawnOrders extends Boxes {
  /** [order], factories that carry all its recipes, as bits. */
  readonly mask: Int32Array;
  /** [day × recipes + recipe], how often it is picked. */
  readonly picks: Int32Array;
}

/** The scenario word of the counters; the uncertainty's scenarios are 1, 2, 3 … */
const CENTRAL_SCENARIO = 0;

/**
 * Draws orders `from` to `to` − 1: the same as that slice of all orders drawn at once. They have no products
 * yet, and recipe totals are met in expectation only.
 *
 * @throws RangeError when the shard is not within the plan
 */
export function drawOrders(plan: OrderPlan, { from, to }: Shard): DrawnOrders {
  if (!(from >= 0 && from <= to && to <= plan.count))
    throw new RangeError(`orders ${from}–${to} are not within 0–${plan.count}`);
  const count = to - from;
  const runs = labelRuns(plan.cellCount, from, to);
  const day = new Uint8Array(count);
  spreadLabels(plan.dayCount, from, day, plan.key);
  const size = new Uint8Array(count);
  const recipeStart = new Uint32Array(count + 1);
  layOut(plan.mix, runs, size, recipeStart);
  const recipe = new Uint16Array(recipeStart[count]);
  const mask = new Int32Array(count);
  const picks = new Int32Array(plan.dayCount.length * plan.recipePicks.length);
  const drawn = { count, day, size, recipeStart, recipe, ...noProducts(count), mask, picks };
  if (plan.drawer !== undefined) drawRecipes(plan.drawer, plan, runs, from, drawn);
  return drawn;
}

/** Columns of `count` boxes without products. */
function noProducts(count: number): ProductColumns {
  return { productStart: new Uint32Array(count + 1), product: new Uint16Array(0), units: new Uint8Array(0) };
}

/** Size and place of every order, by its cell of the mix. */
function layOut(mix: Mix, { label, end }: LabelRuns, size: Uint8Array, recipeStart: Uint32Array): void {
  let from = 0;
  for (let run = 0; run < label.length; run++) {
    size.fill(mix.size[label[run]], from, end[run]);
    stepOn(recipeStart, from, end[run], mix.k[label[run]]);
    from = end[run];
  }
}

/** Goes on from `starts[from]` in steps of k, to `starts[to]`. */
function stepOn(starts: Uint32Array, from: number, to: number, k: number): void {
  let at = starts[from];
  for (let i = from + 1; i <= to; i++) {
    at += k;
    starts[i] = at;
  }
}

/** Runs of orders of one size, each drawn at once. */
function drawRecipes(
  drawer: SetDrawer,
  { key, mix, recipePicks }: OrderPlan,
  { label, end }: LabelRuns,
  first: number,
  { recipeStart, recipe, mask, day, picks }: DrawnOrders,
): void {
  const source = { key, scenario: CENTRAL_SCENARIO };
  enterCounts(picks);
  let from = 0;
  for (let run = 0; run < label.length; run++) {
    const k = mix.k[label[run]];
    if (run + 1 < label.length && mix.k[label[run + 1]] === k) continue;
    while (from < end[run]) {
      const to = Math.min(end[run], from + maxSets(k));
      const sets = drawSets(drawer, source, first + from, to - from, k);
      recipe.set(sets.recipe, recipeStart[from]);
      mask.set(sets.mask, from);
      countPicks(day.subarray(from, to), k, recipePicks.length);
      from = to;
    }
  }
  takeCounts(picks);
}
