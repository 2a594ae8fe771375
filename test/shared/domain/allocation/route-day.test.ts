import fc from 'fast-check';
import type { DayPlan, DayProblem } from '../../../../shared/domain/allocation/problem.ts';
import { allFactories, carries, factoriesWhere, UNALLOCATED } from '../../../../shared/domain/factory-mask.ts';
import { routeDay } from '../../../../shared/domain/allocation/route-day.ts';
import { boxesOf } from '../random-cases.ts';

interface Case {
  readonly caps: readonly number[];
  readonly exact: readonly boolean[];
  readonly boxes: readonly { readonly eligible: number; readonly recipes: readonly number[] }[];
}

const RECIPES = 6;

function problemOf({ caps, exact, boxes }: Case, previous?: Int32Array): DayProblem {
  return {
    factoryCount: caps.length,
    recipeCount: RECIPES,
    caps: Float64Array.from(caps),
    exact: Uint8Array.from(exact, Number),
    ...boxesOf(boxes),
    ...(previous ? { previous } : {}),
  };
}

const cases: fc.Arbitrary<Case> = fc.integer({ min: 1, max: 5 }).chain((factories) =>
  fc.record({
    caps: fc.array(fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constant(Number.POSITIVE_INFINITY)), {
      minLength: factories,
      maxLength: factories,
    }),
    exact: fc.array(fc.boolean(), { minLength: factories, maxLength: factories }),
    boxes: fc.array(
      fc.record({
        eligible: fc.integer({ min: 1, max: 2 ** factories - 1 }),
        recipes: fc.uniqueArray(fc.integer({ min: 0, max: RECIPES - 1 }), { minLength: 1, maxLength: 3 }),
      }),
      { maxLength: 30 },
    ),
  }),
);

function loads(problem: DayProblem, plan: DayPlan): number[] {
  const load = new Array<number>(problem.factoryCount).fill(0);
  for (const f of plan.factory) if (f !== UNALLOCATED) load[f]++;
  return load;
}

/** The most boxes that can go into `factories` together: the minimum cut over all sets of factories. */
function mostInto(problem: DayProblem, factories: number): number {
  const caps = [...problem.caps];
  let least = Number.POSITIVE_INFINITY;
  // Caps of a set of factories, and the boxes that can reach a factory outside of it.
  for (let set = 0; set < 2 ** problem.factoryCount; set++) {
    if ((set & ~factories) !== 0) continue;
    let cut = 0;
    caps.forEach((cap, f) => (cut += carries(set, f) ? cap : 0));
    for (const mask of problem.eligible) cut += (mask & factories & ~set) !== 0 ? 1 : 0;
    least = Math.min(least, cut);
  }
  return least;
}

function objectiveOf(problem: DayProblem, plan: DayPlan, previous: Int32Array): number {
  const difference = Int32Array.from(previous, (before) => -before);
  plan.factory.forEach((f, b) => {
    if (f === UNALLOCATED) return;
    for (let at = problem.recipeStart[b]; at < problem.recipeStart[b + 1]; at++) {
      difference[problem.recipe[at] * problem.factoryCount + f]++;
    }
  });
  return difference.reduce((sum, d) => sum + Math.abs(d), 0);
}

describe('routing a day', () => {
  it('keeps eligibility and caps, places all that can be placed, and fills exact caps as far as boxes allow', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const problem = problemOf(one);
        const plan = routeDay(problem);
        const load = loads(problem, plan);
        plan.factory.forEach((f, b) => {
          if (f !== UNALLOCATED) expect(carries(one.boxes[b].eligible, f)).toBe(true);
        });
        load.forEach((boxes, f) => expect(boxes).toBeLessThanOrEqual(one.caps[f]));
        const all = allFactories(one.caps.length);
        expect(one.boxes.length - plan.unallocated).toBe(mostInto(problem, all));
        const exact = factoriesWhere(one.caps.length, (f) => one.exact[f] && one.caps[f] < Infinity);
        const filled = load.reduce((sum, boxes, f) => sum + (carries(exact, f) ? boxes : 0), 0);
        expect(filled).toBe(mostInto(problem, exact));
        for (const { factory, missing } of plan.shortfalls) expect(load[factory] + missing).toBe(one.caps[factory]);
      }),
      { numRuns: 400 },
    );
  });

  it('reports the objective of its plan, and a bound that it does not undercut', () => {
    const previous = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: RECIPES * 5, maxLength: RECIPES * 5 });
    fc.assert(
      fc.property(cases, previous, (one, numbers) => {
        const before = Int32Array.from(numbers.slice(0, RECIPES * one.caps.length));
        const problem = problemOf(one, before);
        const plan = routeDay(problem);
        expect(plan.objective).toBe(objectiveOf(problem, plan, before));
        expect(plan.lowerBound).toBeLessThanOrEqual(plan.objective);
        const isWhole = plan.unallocated === 0 && plan.shortfalls.length === 0;
        expect(plan.optimal).toBe(isWhole && plan.objective === plan.lowerBound);
      }),
      { numRuns: 200 },
    );
  });

  it('repeats a plan that still fits: nothing changes', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const first = routeDay(problemOf(one));
        const before = new Int32Array(RECIPES * one.caps.length);
        first.factory.forEach((f, b) => {
          if (f === UNALLOCATED) return;
          for (const recipe of one.boxes[b].recipes) before[recipe * one.caps.length + f]++;
        });
        const again = routeDay({ ...problemOf(one, before), previousFactory: first.factory });
        expect(again.objective).toBe(0);
        expect([...again.factory]).toEqual([...first.factory]);
      }),
      { numRuns: 200 },
    );
  });
});
