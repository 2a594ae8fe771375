/** Small random days, whose routing an exact solver judges. */
import loadHighs from 'highs';
import type { DayProblem } from '../../../../shared/domain/allocation/problem.ts';
import { carries } from '../../../../shared/domain/factory-mask.ts';
import { routeDay } from '../../../../shared/domain/allocation/route-day.ts';
import { boxesOf, caseWords } from '../random-cases.ts';
import { smallestChange, type Highs } from './smallest-change.ts';

const KINDS = ['exact', 'at most', 'mixed', 'closed', 'short'] as const;
const PER_KIND = 40;

/** A day whose caps have moved since the last one, and of whose orders half are new. */
function drawDay(seed: number, kind: (typeof KINDS)[number]): DayProblem {
  const words = caseWords(seed);
  const F = 1 + words.below(6);
  const R = 5 + words.below(8);
  const n = 10 + words.below(31);
  const carried = Array.from({ length: R }, () => (1 << (F - 1)) | words.below(2 ** F));
  const order = () => {
    const recipes = new Set([words.below(R)]);
    while (recipes.size < Math.min(R, 2 + words.below(3))) recipes.add(words.below(R));
    return [...recipes];
  };
  const before = Array.from({ length: n }, order);
  const now = before.map((recipes) => (words.below(2) === 0 ? recipes : order()));
  const maskOf = (recipes: readonly number[]) => recipes.reduce((bits, r) => bits & carried[r], -1);
  const previous = new Int32Array(R * F);
  const wentTo = before.map((recipes) => {
    const able = Array.from({ length: F }, (_, f) => f).filter((f) => carries(maskOf(recipes), f));
    const f = able[words.below(able.length)];
    for (const r of recipes) previous[r * F + f]++;
    return f;
  });
  const cap = (f: number) => (kind === 'closed' && words.below(3) === 0 ? 0 : 1 + words.below((2 * n) / F + f));
  const last = kind === 'short' ? words.below(n) : Infinity;
  const caps = Float64Array.from({ length: F }, (_, f) => (f === F - 1 ? last : cap(f)));
  const exact = Uint8Array.from(caps, (c) => {
    const filled = kind === 'exact' || (kind !== 'at most' && words.below(2) === 0);
    return filled && c < Infinity ? 1 : 0;
  });
  return {
    factoryCount: F,
    recipeCount: R,
    caps,
    exact,
    ...boxesOf(now.map((recipes) => ({ recipes, eligible: maskOf(recipes) }))),
    previous,
    previousFactory: Uint8Array.from(wentTo),
  };
}

describe('the routing of small days', () => {
  let highs: Highs;
  beforeAll(async () => {
    highs = await loadHighs();
  });

  it('is within 0.5% of the smallest change on average, proves nothing false, and finds a plan where there is one', () => {
    const gaps: number[] = [];
    let withoutPlan = 0;
    for (const [k, kind] of KINDS.entries())
      for (let seed = 0; seed < PER_KIND; seed++) {
        const day = drawDay(1000 * k + seed, kind);
        const plan = routeDay(day);
        const whole = plan.unallocated === 0 && plan.shortfalls.length === 0;
        const best = smallestChange(highs, day);
        // A plan that keeps every rule is found exactly where there is one.
        expect({ kind, seed, whole }).toEqual({ kind, seed, whole: best !== undefined });
        const judged = best ?? smallestChange(highs, day, plan);
        if (judged === undefined) throw new Error(`${kind} ${seed}: the router's own loads have no plan`);
        withoutPlan += best === undefined ? 1 : 0;
        expect(plan.objective).toBeGreaterThanOrEqual(judged);
        expect(plan.lowerBound).toBeLessThanOrEqual(judged);
        gaps.push((plan.objective - judged) / Math.max(1, judged));
      }
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    expect(gaps).toHaveLength(200);
    // Days that cannot be are among them, and do not prevail.
    expect(withoutPlan).toBeGreaterThan(20);
    expect(withoutPlan).toBeLessThan(120);
    expect(mean).toBeLessThan(0.005);
  }, 120_000);
});
