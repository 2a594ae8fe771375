/** A plan that breaks an invariant, with nothing in it that is not needed for that. */
import type { Plan, Simulation } from './sim/entry.ts';

/** Leaves out faults, actions and bad weeks, one after another, while the same invariant still breaks. */
export async function shrink(simulation: Simulation, plan: Plan): Promise<Plan> {
  const { violation } = await simulation.run(plan);
  const breaks = async (smaller: Plan) => (await simulation.run(smaller)).violation?.invariant === violation?.invariant;
  let least = plan;
  for (let before: Plan | undefined; before !== least;) {
    before = least;
    for (const smaller of smallerThan(least)) {
      if (!(await breaks(smaller))) continue;
      least = smaller;
      break;
    }
  }
  return least;
}

function* smallerThan(plan: Plan): Generator<Plan> {
  if (plan.runs > 1) yield { ...plan, runs: plan.runs - 1 };
  if (plan.weeks > 1) yield { ...plan, weeks: plan.weeks - 1 };
  for (const actions of eachWithoutOne(plan.actions)) yield { ...plan, actions };
  for (const faults of eachWithoutOne(plan.faults)) yield { ...plan, faults };
  for (const bad of eachWithoutOne(plan.bad)) yield { ...plan, bad };
  for (const faults of eachOnce(plan.faults)) yield { ...plan, faults };
}

function eachWithoutOne<T>(list: readonly T[]): (readonly T[])[] {
  return list.map((_, without) => list.filter((__, index) => index !== without));
}

function eachOnce(faults: Plan['faults']): Plan['faults'][] {
  const once = (at: number) => faults.map((fault, index) => (index === at ? { ...fault, times: 1 } : fault));
  return faults.flatMap((fault, at) => (fault.times === 1 ? [] : [once(at)]));
}
