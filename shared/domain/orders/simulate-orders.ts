/**
 * The Order Simulator's central scenario: the boxes of a week that are expected and not yet placed.
 *
 * Three phases. The plan sets the exact totals. Drawing gives every order its day, size, portions and
 * recipes; it needs nothing but the plan and the order's index, so any shard of it can run anywhere. The
 * completion is global: recipe totals are made exact and products attached.
 */

import { attachProducts, type ProductColumns } from './products.ts';
import { apportion } from '../targets/apportion.ts';
import { calibrateRemainder, MOST_MISSED } from '../sampling/calibrate-remainder.ts';
import { drawSets, mostSets, setDrawer, type SetDrawer } from '../sampling/draw-sets.ts';
import { InputError } from '../errors.ts';
import { exchangePicks } from './exact-totals.ts';
import { refuseUnholdable } from '../targets/impossible-targets.ts';
import { kernel, views } from '../sampling/kernel/kernel.ts';
import type { Boxes, SimulatorConstraints, Week } from '../model.ts';
import {
  constrainedMix,
  constrainedUptake,
  holdableTargets,
  placedTotals,
  productLimit,
  productTargets,
  remainder,
  type Mix,
} from '../targets/order-targets.ts';
import { missedRecipes, sayMissed, type MissedRecipe } from './unmet-recipes.ts';
import { steadyPickTable } from '../sampling/pick-table.ts';
import { randomKey, type RandomKey } from '../sampling/random.ts';
import { labelRuns, spreadLabels, type LabelRuns } from './blocks.ts';

export interface SimulationOptions {
  /** A whole number below 2^53. */
  readonly seed: number;
  readonly constraints: SimulatorConstraints;
}

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

export interface SimulatedBoxes extends Boxes {
  /** What cannot be as the week expects, because of what factories carry: a sentence each; hardly ever any. */
  readonly missed: readonly string[];
}

/** The exact totals of the simulated orders, and what draws them. */
export interface OrderPlan {
  readonly week: Week;
  /** Simulated orders. */
  readonly count: number;
  readonly mix: Mix;
  /** [cell of the mix], simulated orders. */
  readonly cellCount: Int32Array;
  /** [day], simulated orders. */
  readonly dayCount: Int32Array;
  /** [recipe], simulated picks: expected, and as whole numbers. */
  readonly recipeTargets: Float64Array;
  readonly recipePicks: Int32Array;
  /** [product], simulated units. */
  readonly productUnits: Int32Array;
  readonly productLimit: number;
  readonly key: RandomKey;
  /** Undefined when nothing is simulated. */
  readonly drawer?: SetDrawer;
}

/** The scenario word of the counters; the uncertainty's scenarios are 1, 2, 3 … */
const CENTRAL = 0;
/** So few picks in the wrong place may be what whole boxes do not allow. */
const FEW = 10;

/**
 * The boxes of the central scenario that are simulated; placed boxes are not among them.
 *
 * Their number is what the week expects less what is placed, at least 0. With the placed boxes added, the
 * totals by mix cell, day, recipe and product are the week's shares of the whole, to within rounding by the
 * largest remainder, wherever placed orders do not exceed them already.
 *
 * @throws InputError when the expectation cannot be met: see `planOrders` and `completeOrders`
 */
export function simulateOrders(week: Week, options: SimulationOptions): SimulatedBoxes {
  const plan = planOrders(week, options);
  return completeOrders(plan, drawOrders(plan, { from: 0, to: plan.count }));
}

/**
 * Sets the totals of a week's simulated orders and calibrates the weights that draw them.
 *
 * @throws InputError when the constraints leave no box size or no room for the uptake, when a recipe is
 *   expected in every box or more, when recipes are fewer than a box holds, or when no factory carries
 *   enough of them
 */
export function planOrders(week: Week, { seed, constraints }: SimulationOptions): OrderPlan {
  const mix = constrainedMix(week, constraints);
  const placed = placedTotals(week, mix);
  const count = Math.max(0, week.boxes - placed.boxes);
  const whole = count + placed.boxes;
  const cellCount = apportion(remainder(mix.share, whole, placed.cell, count), count);
  const dayCount = apportion(remainder(week.dayShare, whole, placed.day, count), count);
  const limit = productLimit(constraints);
  const units = productTargets(week, whole, count, placed.product, limit);
  const key = randomKey(seed, week.menuWeek);
  const shared = { week, count, mix, cellCount, dayCount, productLimit: limit, key };
  if (count === 0)
    return {
      ...shared,
      recipeTargets: new Float64Array(week.recipes.length),
      recipePicks: new Int32Array(week.recipes.length),
      productUnits: new Int32Array(week.products.length),
    };
  const picks = cellCount.reduce((sum, boxes, c) => sum + boxes * mix.recipesPerBox[c], 0);
  const uptake = constrainedUptake(week.uptake, constraints);
  const perBox = remainder(uptake, picks + placed.picks, placed.recipe, picks / count);
  const sizes = { k: mix.recipesPerBox, share: Float64Array.from(cellCount, (boxes) => boxes / count) };
  const mean = mix.share.reduce((sum, share, c) => sum + share * mix.recipesPerBox[c], 0);
  const wholeWeek = {
    targets: uptake.map((share) => share * mean),
    sizes: { k: mix.recipesPerBox, share: mix.share },
  };
  refuseUnholdable(wholeWeek.targets, wholeWeek.sizes, week.recipes);
  const targets = holdableTargets(perBox, uptake, sizes);
  const calibration = calibrateRemainder(week, key, { targets, sizes }, wholeWeek);
  const drawer = setDrawer(calibration, week.carriedBy, steadyPickTable(calibration.weights));
  const productUnits = apportionUnits(units, count * limit);
  const recipeTargets = targets.map((perOrder) => perOrder * count);
  return { ...shared, recipeTargets, recipePicks: apportion(targets, picks), productUnits, drawer };
}

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
    stepOn(recipeStart, from, end[run], mix.recipesPerBox[label[run]]);
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
  const source = { key, scenario: CENTRAL };
  const { counts, day: days } = views(picks.length);
  counts.fill(0, 0, picks.length);
  let from = 0;
  for (let run = 0; run < label.length; run++) {
    const k = mix.recipesPerBox[label[run]];
    if (run + 1 < label.length && mix.recipesPerBox[label[run + 1]] === k) continue;
    while (from < end[run]) {
      const to = Math.min(end[run], from + mostSets(k));
      const sets = drawSets(drawer, source, first + from, to - from, k);
      recipe.set(sets.recipe.subarray(0, (to - from) * k), recipeStart[from]);
      mask.set(sets.mask.subarray(0, to - from), from);
      days.set(day.subarray(from, to));
      kernel.countPicks(to - from, k, recipePicks.length);
      from = to;
    }
  }
  picks.set(counts.subarray(0, picks.length));
}

/**
 * Makes recipe totals exact and attaches products.
 *
 * @param drawn all orders of the plan, in order; it is changed in place
 * @throws InputError when factories' menus keep more than 1% of the picks from where they are expected, or when a
 *   product fits no box
 */
export function completeOrders(plan: OrderPlan, drawn: DrawnOrders): SimulatedBoxes {
  if (drawn.count !== plan.count) throw new RangeError(`${drawn.count} orders, ${plan.count} planned`);
  const { mask, picks, ...boxes } = drawn;
  if (plan.count === 0) return { ...boxes, missed: [] };
  const { week, key } = plan;
  const left = exchangePicks(boxes, mask, picks, { ...plan, carriedBy: week.carriedBy });
  const missed = left > 0 ? missedRecipes(plan.recipeTargets, boxes) : [];
  refuseMissed(plan, missed);
  const { leftOut, ...products } = attachProducts(
    week,
    mask,
    plan.productUnits,
    plan.productLimit,
    key,
    boxes.productStart,
  );
  const ofRecipes = missed.length > 0 ? [sayMissed(week, missed)] : [];
  return { ...boxes, ...products, missed: [...ofRecipes, ...leftOut] };
}

function refuseMissed({ week, recipePicks }: OrderPlan, missed: readonly MissedRecipe[]): void {
  const picks = missed.reduce((sum, { drawn, expected }) => sum + Math.abs(drawn - expected), 0) / 2;
  const all = recipePicks.reduce((sum, count) => sum + count, week.placed.recipe.length);
  if (picks > Math.max(FEW, MOST_MISSED * all)) throw new InputError(sayMissed(week, missed));
}

/** The drawn orders of neighbouring shards as one, in the order given. */
export function joinOrders(shards: readonly DrawnOrders[]): DrawnOrders {
  const count = shards.reduce((sum, shard) => sum + shard.count, 0);
  const held = shards.reduce((sum, shard) => sum + shard.recipe.length, 0);
  const all = {
    count,
    day: new Uint8Array(count),
    size: new Uint8Array(count),
    recipeStart: new Uint32Array(count + 1),
    recipe: new Uint16Array(held),
    ...noProducts(count),
    mask: new Int32Array(count),
    picks: new Int32Array(shards.at(0)?.picks.length ?? 0),
  };
  let at = 0;
  let pick = 0;
  for (const shard of shards) {
    all.day.set(shard.day, at);
    all.size.set(shard.size, at);
    all.recipe.set(shard.recipe, pick);
    all.mask.set(shard.mask, at);
    shard.picks.forEach((picked, cell) => (all.picks[cell] += picked));
    for (let i = 0; i <= shard.count; i++) all.recipeStart[at + i] = pick + shard.recipeStart[i];
    at += shard.count;
    pick += shard.recipe.length;
  }
  return all;
}

function apportionUnits(units: Float64Array, room: number): Int32Array {
  const sum = units.reduce((total, value) => total + value, 0);
  return apportion(units, Math.min(Math.round(sum), room));
}
