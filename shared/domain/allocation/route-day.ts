import { allocate } from './allocate.ts';
import { anneal } from './anneal.ts';
import { descend } from './descend.ts';
import { ascend, HARDEST } from './lagrangian-bound.ts';
import { Plan } from './plan.ts';
import type { DayPlan, DayProblem } from './problem.ts';

/** Boxes tried by the descent, for each box with a choice and at least. */
const DESCENT_STEPS = 30;
const LEAST_DESCENT = 50_000;
/** Moves tried by an annealing, for each box with a choice, and the most. */
const ANNEALING_STEPS = 1500;
const MOST_ANNEALING = 12_000_000;
/** What the annealings leave open, in turn; small days can afford to leave everything open. */
const MARGINS = [1.5, 2, 3].map((times) => times * HARDEST);
const SMALL_DAY = 2000;
const SMALL_MARGINS = [...MARGINS, 25 * HARDEST, Infinity];

/**
 * Routes every box of a day to a factory that carries all of it, within the caps, and changes as little as it can
 * against the last forecast.
 *
 * First a feasible plan near the last one, then plateau descent: on an ordinary day that reaches the smallest
 * change there can be, which proves it optimal. On a day whose caps have moved, the linear program's prices give
 * a bound and settle most boxes, and the others are annealed. All work is counted in steps, none in seconds.
 */
export function routeDay(problem: DayProblem): DayPlan {
  const { factory, load, unallocated } = allocate(problem);
  const shortfalls = [...problem.caps]
    .map((cap, f) => ({ factory: f, missing: problem.exact[f] === 1 && cap < Infinity ? cap - load[f] : 0 }))
    .filter(({ missing }) => missing > 0);
  const shared = { factory, itemsNow: problem.recipeStart[problem.boxCount], shortfalls, unallocated };
  if (!problem.previous) return { ...shared, start: 0, objective: 0, lowerBound: 0, optimal: true };
  const plan = new Plan(problem, factory, load, problem.previous);
  const start = plan.objective;
  const lowerBound = stabilise(plan, problem.random);
  for (let i = 0; i < plan.box.length; i++) factory[plan.box[i]] = plan.factory[i];
  // Where a cap is short or boxes find no room, which ones was not weighed: nothing is proved of other plans.
  const isWhole = shortfalls.length === 0 && unallocated === 0;
  const optimal = isWhole && plan.objective === lowerBound;
  return { ...shared, start, objective: plan.objective, lowerBound, optimal };
}

/** Improves a plan in place; returns the best bound proved. */
function stabilise(plan: Plan, random: DayProblem['random']): number {
  const global = plan.globalChange();
  const m = plan.box.length;
  descend(plan, global, Math.max(LEAST_DESCENT, DESCENT_STEPS * m), random(0));
  if (plan.objective <= global) return global;
  const prices = ascend(plan, plan.objective);
  const bound = Math.max(global, plan.roundedUp(prices.bound));
  const margins = m <= SMALL_DAY ? SMALL_MARGINS : MARGINS;
  const steps = Math.min(MOST_ANNEALING, Math.max(LEAST_DESCENT, ANNEALING_STEPS * m));
  for (let round = 0; round < margins.length && plan.objective > bound; round++) {
    const before = { factory: Uint8Array.from(plan.factory), objective: plan.objective };
    const found = anneal(plan, prices, bound, { margin: margins[round], steps }, random(2 * round + 1));
    plan.adopt(found ?? before.factory);
    descend(plan, bound, LEAST_DESCENT, random(2 * round + 2));
    if (plan.objective > before.objective) plan.adopt(before.factory);
  }
  return bound;
}
