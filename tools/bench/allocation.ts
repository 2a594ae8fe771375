/** `larder bench allocation`: routing one day after the caps have moved, or an instance from a file. */
import { performance } from 'node:perf_hooks';
import { UNALLOCATED, type DayPlan, type DayProblem } from '../../shared/domain/route/problem';
import { routeDay } from '../../shared/domain/route/route-day';
import { readInstance } from './instance';
import { figureOf } from './measure';

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
const ENOUGH_MS = 500;
const MOST_REPEATS = 15;

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
  } while (performance.now() - began < ENOUGH_MS && samples.length < MOST_REPEATS);
  const { start, lowerBound } = plan;
  const objective = changeOf(problem, plan.factory);
  return {
    n: problem.boxCount,
    start,
    objective,
    lowerBound,
    gap: objective === 0 ? 0 : (objective - lowerBound) / objective,
    optimal: objective === lowerBound,
    feasible: isFeasible(problem, plan.factory),
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
  let allowed = true;
  factory.forEach((f, box) => {
    if (f === UNALLOCATED || ((eligible[box] >>> f) & 1) === 0) allowed = false;
    else load[f]++;
  });
  return allowed && caps.every((cap, f) => load[f] <= cap && (exact[f] === 0 || load[f] === cap));
}
