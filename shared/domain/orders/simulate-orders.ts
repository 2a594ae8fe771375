/**
 * The Order Simulator's central scenario: the boxes of a week that are expected and not yet placed.
 *
 * Three phases. The plan sets the exact totals. Drawing gives every order its day, size, portions and
 * recipes; it needs nothing but the plan and the order's index, so any shard of it can run anywhere. The
 * completion is global: recipe totals are made exact and products attached.
 */

import { InputError } from '../errors.ts';
import type { Boxes, Week } from '../model.ts';
import { MAX_MISPLACED_SHARE } from '../sampling/calibrate-remainder.ts';
import { drawOrders, type DrawnOrders } from './draw-orders.ts';
import { exchangePicks } from './exact-totals.ts';
import { planOrders, type OrderPlan, type SimulationOptions } from './plan-orders.ts';
import { attachProducts } from './products.ts';
import { missedRecipes, sayMissed, type MissedRecipe } from './unmet-recipes.ts';

export interface SimulatedBoxes extends Boxes {
  /** What cannot be as the week expects, because of what factories carry: a sentence each; hardly ever any. */
  readonly missed: readonly string[];
}

/** So many picks in the wrong place, however few boxes there are, may be what whole boxes do not allow. */
const MAX_MISPLACED_PICKS = 10;

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
 * Makes recipe totals exact and attaches products.
 *
 * @param drawn all orders of the plan, in order; it is changed in place
 * @throws InputError when factories' menus keep more than 1% of the picks from where they are expected, or when a
 *   product fits no box
 * @throws RangeError when the orders are not as many as planned
 */
export function completeOrders(plan: OrderPlan, drawn: DrawnOrders): SimulatedBoxes {
  if (drawn.count !== plan.count) throw new RangeError(`${drawn.count} orders, ${plan.count} planned`);
  const { mask, picks, ...boxes } = drawn;
  if (plan.count === 0) return { ...boxes, missed: [] };
  const { week } = plan;
  const left = exchangePicks(boxes, mask, picks, { ...plan, carriedBy: week.carriedBy });
  const missed = left > 0 ? missedRecipes(plan.recipeTargets, boxes) : [];
  refuseMissed(plan, missed);
  const { leftOut, ...products } = attachProducts(plan, mask, boxes.productStart);
  const ofRecipes = missed.length > 0 ? [sayMissed(week, missed)] : [];
  return { ...boxes, ...products, missed: [...ofRecipes, ...leftOut] };
}

function refuseMissed({ week, recipePicks }: OrderPlan, missed: readonly MissedRecipe[]): void {
  const picks = missed.reduce((sum, { drawn, expected }) => sum + Math.abs(drawn - expected), 0) / 2;
  const all = recipePicks.reduce((sum, count) => sum + count, week.placed.recipe.length);
  if (picks > Math.max(MAX_MISPLACED_PICKS, MAX_MISPLACED_SHARE * all)) throw new InputError(sayMissed(week, missed));
}
