/** `larder bench allocation`: routing one day after the caps have moved, or an instance from a file. */
import { performance } from 'node:perf_hooks';
import { boxesOfDay, dayProblem } from '../../shared/domain/allocation/day-problem.ts';
import { randomKey } from '../../shared/domain/sampling/random.ts';
import type { DayPlan, DayProblem } from '../../shared/domain/allocation/problem.ts';
import { carries, UNALLOCATED } from '../../shared/domain/factory-mask.ts';
import { routeDay } from '../../shared/domain/allocation/route-day.ts';
import { simulateOrders } from '../../shared/domain/orders/simulate-orders.ts';
import { readInstance } from './instance.ts';
import { figureOf, timed, type Benchmark } from './measure.ts';
import { SCALE, sampleWeek } from './workload.ts';

export interface InstanceResult {
  /** Orders. */
  readonly n: number;
  /** The objective of the feasible start: yesterday's plan as far as today's caps allow. */
  readonly start: number;
  readonly objective: number;
  /** The best bound proved. */
  readonly lowerBound: number;
  /** (objective − lowerBound) / objective; 0 where both are 0. */
  readonly gap: number;
  readonly optimal: boolean;
  /** Every order in a factory that may take it, no cap passed, every exact cap filled: counted again here. */
  readonly feasible: boolean;
  /** Median of the routings, the reading of the file apart. */
  readonly ms: number;
  readonly repeats: number;
}

/** Quick routings are repeated until they have taken this long together, or so often. */
const MIN_TOTAL_MS = 500;
const MAX_REPEATS = 15;

/** @throws InputRefused where the file is no instance */
export async function benchInstance(file: string): Promise<InstanceResult> {
  const problem = await readInstance(file);
  const samples: number[] = [];
  let plan: DayPlan;
  const began = performance.now();
  do {
    const start = performance.now();
    plan = routeDay(problem);
    samples.push(performance.now() - start);
  } while (performance.now() - began < MIN_TOTAL_MS && samples.length < MAX_REPEATS);
  const { start, lowerBound } = plan;
  const objective = changeOf(problem, plan.factory);
  const feasible = isFeasible(problem, plan.factory);
  return {
    n: problem.boxCount,
    start,
    objective,
    lowerBound,
    gap: objective === 0 ? 0 : (objective - lowerBound) / objective,
    optimal: feasible && objective === lowerBound,
    feasible,
    ms: figureOf('', 'ms', samples).median,
    repeats: samples.length,
  };
}

/** Σ over recipes and factories |now − before|, counted from the plan alone. */
function changeOf({ recipe, recipeStart, previous, factoryCount }: DayProblem, factory: Uint8Array): number {
  const difference = Int32Array.from(previous ?? [], (before) => -before);
  factory.forEach((f, box) => {
    if (f === UNALLOCATED) return;
    for (let p = recipeStart[box]; p < recipeStart[box + 1]; p++) difference[recipe[p] * factoryCount + f]++;
  });
  return difference.reduce((sum, change) => sum + Math.abs(change), 0);
}

function isFeasible({ caps, exact, eligible, factoryCount }: DayProblem, factory: Uint8Array): boolean {
  const load = new Int32Array(factoryCount);
  for (const [box, f] of factory.entries()) {
    if (f === UNALLOCATED || !carries(eligible[box], f)) return false;
    load[f]++;
  }
  return caps.every((cap, f) => load[f] <= cap && (exact[f] === 0 || load[f] === cap));
}

const TIMES = { repeats: 5, warmUps: 1 };
const OPTIONS = { seed: 1, constraints: {} };
/** Today's caps as a share of yesterday's, by factory in turn. */
const MOVED_CAPS = [0.8, 1.15, 0.7, 1.1];

export const allocation: Benchmark = {
  name: 'allocation',
  description: `one delivery day of a week of ${SCALE.boxes.toLocaleString('en')} boxes, routed as it was and after the caps moved`,
  run: async () => {
    const week = await sampleWeek(SCALE);
    const boxes = simulateOrders(week, OPTIONS);
    const indices = boxesOfDay(boxes, 0);
    const key = randomKey(OPTIONS.seed, week.menuWeek);
    const problem = dayProblem({ week, boxes, day: 0, indices, key });
    const calm = withHistory(problem, routeDay(problem).factory);
    const caps = calm.caps.map((cap, f) => Math.round(cap * MOVED_CAPS[f % MOVED_CAPS.length]));
    const moved = { ...calm, caps };
    const plan = routeDay(moved);
    return [
      figureOf('boxes', '', [indices.length]),
      figureOf('nothing changed', 'ms', await timed(() => routeDay(calm), TIMES)),
      figureOf('the caps moved', 'ms', await timed(() => routeDay(moved), TIMES)),
      figureOf('the caps moved: change, of the recipes in boxes', '%', [percent(plan.objective, plan.itemsNow)]),
      figureOf('the caps moved: gap proved', '%', [percent(plan.objective - plan.lowerBound, plan.objective)]),
    ];
  },
};

/** The day as if this plan had been published for it. */
function withHistory(problem: DayProblem, factory: Uint8Array): DayProblem {
  const previous = new Int32Array(problem.recipeCount * problem.factoryCount);
  factory.forEach((f, box) => {
    for (let p = problem.recipeStart[box]; p < problem.recipeStart[box + 1]; p++)
      if (f !== UNALLOCATED) previous[problem.recipe[p] * problem.factoryCount + f]++;
  });
  return { ...problem, previous, previousFactory: factory };
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole;
}
