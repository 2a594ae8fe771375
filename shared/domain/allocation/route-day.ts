import { allocate } from './allocate.ts';
import { anneal } from './anneal.ts';
import { descend } from './descend.ts';
import { lagrangianBound } from './lagrangian-bound.ts';
import {
  ANNEALING_STEPS_PER_CHOICE,
  DESCENT_STEPS_PER_CHOICE,
  MARGINS,
  MAX_ANNEALING_STEPS,
  MAX_SMALL_DAY_CHOICES,
  MIN_STEPS,
  SMALL_DAY_MARGINS,
} from './options.ts';
import { Plan } from './plan.ts';
import type { DayPlan, DayProblem } from './problem.ts';

/**
 * Routes every box of a day to a factory that carries all of it, within the caps, and changes as little as it can
 * against the last forecast.
 *
 * First a greedy start near the last plan, then plateau descent: on an ordinary day that reaches the smallest
 * change there can be, which proves it optimal. On a day whose caps have moved, the Lagrangian bound's prices
 * settle most boxes, and the others are annealed.
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
  const lowerBound = improve(plan, problem.random);
  for (let i = 0; i < plan.box.length; i++) factory[plan.box[i]] = plan.factory[i];
  // Where a cap is short or boxes find no room, which ones was not weighed: nothing is proved of other plans.
  const isWhole = shortfalls.length === 0 && unallocated === 0;
  const optimal = isWhole && plan.objective === lowerBound;
  return { ...shared, start, objective: plan.objective, lowerBound, optimal };
}

/** Improves a plan in place; returns the best bound proved. */
function improve(plan: Plan, random: DayProblem['random']): number {
  const global = plan.globalChange();
  const choices = plan.box.length;
  descend(plan, global, Math.max(MIN_STEPS, DESCENT_STEPS_PER_CHOICE * choices), random(0));
  if (plan.objective <= global) return global;
  const prices = lagrangianBound(plan, plan.objective);
  const bound = Math.max(global, plan.roundedUp(prices.bound));
  const margins = choices <= MAX_SMALL_DAY_CHOICES ? SMALL_DAY_MARGINS : MARGINS;
  const steps = Math.min(MAX_ANNEALING_STEPS, Math.max(MIN_STEPS, ANNEALING_STEPS_PER_CHOICE * choices));
  for (let round = 0; round < margins.length && plan.objective > bound; round++) {
    const before = { factory: Uint8Array.from(plan.factory), objective: plan.objective };
    const margin = margins[round];
    const found = anneal(plan, prices, { bound, margin, steps, random: random(2 * round + 1) });
    plan.adopt(found ?? before.factory);
    descend(plan, bound, MIN_STEPS, random(2 * round + 2));
    if (plan.objective > before.objective) plan.adopt(before.factory);
  }
  return bound;
}
