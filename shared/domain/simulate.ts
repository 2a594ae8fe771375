/**
 * The Order Simulator's central scenario: the boxes of a week that are expected and not yet placed.
 *
 * Three phases. The plan sets the exact totals. Drawing gives every order its day, size, portions and
 * recipes; it needs nothing but the plan and the order's index, so any shard of it can run anywhere. The
 * completion is global: recipe totals are made exact and products attached.
 */

import { attachProducts } from './add-ons';
import { apportion } from './apportion';
import { drawSets, setDrawer, type SetDrawer } from './draw-sets';
import { InputError } from './errors';
import { exchangePicks } from './exchange';
import { calibrate, refuseUnholdable } from './inclusion';
import type { Boxes, SimulatorConstraints, Week } from './model';
import {
  constrainedMix,
  constrainedUptake,
  holdableTargets,
  placedTotals,
  productLimit,
  productTargets,
  remainder,
  type Mix,
} from './order-targets';
import { randomKey, type RandomKey } from './random';
import { dealLabels } from './strata';

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
  /** [recipe], simulated picks. */
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
/** More than this share of the picks in the wrong place is a menu that cannot give what is expected of it. */
const MOST_UNMENDED = 0.01;

/**
 * The boxes of the central scenario that are simulated; placed boxes are not among them.
 *
 * Their number is what the week expects less what is placed, at least 0. With the placed boxes added, the
 * totals by mix cell, day, recipe and product are the week's shares of the whole, to within rounding by the
 * largest remainder, wherever placed orders do not exceed them already.
 *
 * @throws InputError when the expectation cannot be met: see `planOrders` and `completeOrders`
 */
export function simulateOrders(week: Week, options: SimulationOptions): Boxes {
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
      recipePicks: new Int32Array(week.recipes.length),
      productUnits: new Int32Array(week.products.length),
    };
  const picks = cellCount.reduce((sum, boxes, c) => sum + boxes * mix.recipesPerBox[c], 0);
  const uptake = constrainedUptake(week.uptake, constraints);
  const perBox = remainder(uptake, picks + placed.picks, placed.recipe, picks / count);
  const sizes = { k: mix.recipesPerBox, share: Float64Array.from(cellCount, (boxes) => boxes / count) };
  const mean = mix.share.reduce((sum, share, c) => sum + share * mix.recipesPerBox[c], 0);
  const wholeWeek = uptake.map((share) => share * mean);
  refuseUnholdable(wholeWeek, { k: mix.recipesPerBox, share: mix.share }, week.recipes);
  const targets = holdableTargets(perBox, uptake, sizes);
  const carriedBy = week.carriedBy;
  const drawer = setDrawer(calibrate(targets, sizes, week.recipes, { carriedBy }), carriedBy);
  const productUnits = apportionUnits(units, count * limit);
  return { ...shared, recipePicks: apportion(targets, picks), productUnits, drawer };
}

/**
 * Draws orders `from` to `to` − 1: the same as that slice of all orders drawn at once. They have no products
 * yet, and recipe totals are met in expectation only.
 *
 * @throws RangeError when the shard is not within the plan
 */
export function drawOrders(plan: OrderPlan, { from, to }: Shard): Boxes {
  if (!(from >= 0 && from <= to && to <= plan.count))
    throw new RangeError(`orders ${from}–${to} are not within 0–${plan.count}`);
  const count = to - from;
  const cell = new Uint8Array(count);
  const day = new Uint8Array(count);
  dealLabels(plan.cellCount, from, cell);
  dealLabels(plan.dayCount, from, day, plan.key);
  const size = new Uint8Array(count);
  const recipeStart = new Uint32Array(count + 1);
  layOut(plan.mix, cell, size, recipeStart);
  const recipe = new Uint16Array(recipeStart[count]);
  if (plan.drawer !== undefined) drawRecipes(plan.drawer, plan.key, from, recipeStart, recipe);
  return { count, day, size, recipeStart, recipe, ...noProducts(count) };
}

/** Columns of `count` boxes without products. */
function noProducts(count: number): Pick<Boxes, 'productStart' | 'product' | 'units'> {
  return { productStart: new Uint32Array(count + 1), product: new Uint16Array(0), units: new Uint8Array(0) };
}

/** Size and place of every order, by its cell of the mix. */
function layOut(mix: Mix, cell: Uint8Array, size: Uint8Array, recipeStart: Uint32Array): void {
  const { recipesPerBox, size: sizeOf } = mix;
  let at = 0;
  for (let i = 0; i < cell.length; i++) {
    size[i] = sizeOf[cell[i]];
    at += recipesPerBox[cell[i]];
    recipeStart[i + 1] = at;
  }
}

/** Runs of orders of one size, each drawn at once. */
function drawRecipes(
  drawer: SetDrawer,
  key: RandomKey,
  first: number,
  recipeStart: Uint32Array,
  recipe: Uint16Array,
): void {
  const source = { key, scenario: CENTRAL };
  const count = recipeStart.length - 1;
  const mask = new Int32Array(count);
  for (let from = 0, to = 0; from < count; from = to) {
    const k = recipeStart[from + 1] - recipeStart[from];
    while (to < count && recipeStart[to + 1] - recipeStart[to] === k) to++;
    drawSets(drawer, source, first + from, to - from, k, recipe, recipeStart[from], mask);
  }
}

/**
 * Makes recipe totals exact and attaches products.
 *
 * @param drawn all orders of the plan, in order; its recipes are changed in place
 * @throws InputError when no exchange of recipes between boxes reaches the totals, because too few recipes
 *   share a factory, or when a product fits no box
 */
export function completeOrders(plan: OrderPlan, drawn: Boxes): Boxes {
  if (drawn.count !== plan.count) throw new RangeError(`${drawn.count} orders, ${plan.count} planned`);
  if (plan.count === 0) return drawn;
  const { week, key } = plan;
  const left = exchangePicks(drawn, plan.recipePicks, week.carriedBy, key);
  if (left > MOST_UNMENDED * drawn.recipe.length) throw new InputError(unmended(plan, drawn, left));
  return { ...drawn, ...attachProducts(week, drawn, plan.productUnits, plan.productLimit, key) };
}

function unmended(plan: OrderPlan, drawn: Boxes, left: number): string {
  const short = Int32Array.from(plan.recipePicks);
  for (const recipe of drawn.recipe) short[recipe]--;
  const worst = short.reduce((best, value, i) => (value > short[best] ? i : best), 0);
  const { id, name } = plan.week.recipes[worst];
  return (
    `${left} picks cannot be drawn as expected, ${short[worst]} of them of recipe ${id} (${name}): ` +
    `too few recipes of its uptake share a factory with it`
  );
}

/** The drawn orders of neighbouring shards as one, in the order given. */
export function joinOrders(shards: readonly Boxes[]): Boxes {
  const count = shards.reduce((sum, shard) => sum + shard.count, 0);
  const picks = shards.reduce((sum, shard) => sum + shard.recipe.length, 0);
  const all = {
    count,
    day: new Uint8Array(count),
    size: new Uint8Array(count),
    recipeStart: new Uint32Array(count + 1),
    recipe: new Uint16Array(picks),
    ...noProducts(count),
  };
  let at = 0;
  let pick = 0;
  for (const shard of shards) {
    all.day.set(shard.day, at);
    all.size.set(shard.size, at);
    all.recipe.set(shard.recipe, pick);
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
