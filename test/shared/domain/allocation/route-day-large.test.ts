/** Days of many factories or many boxes, which no exact solver could judge. */
import type { DayProblem } from '../../../../shared/domain/allocation/problem.ts';
import { carries, factoriesWhere, UNALLOCATED } from '../../../../shared/domain/factory-mask.ts';
import { routeDay } from '../../../../shared/domain/allocation/route-day.ts';
import { boxesOf, caseWords } from '../random-cases.ts';

describe('a day of twenty factories', () => {
  const F = 20;
  const R = 60;
  const N = 3000;

  /** Nested menus: each factory carries the first recipes of a list, the last one all of them. */
  function drawDay(seed: number, before?: { readonly previous: Int32Array }): DayProblem {
    const words = caseWords(seed);
    const boxes = Array.from({ length: N }, () => {
      const box = new Set<number>();
      while (box.size < 3) box.add(Math.min(words.below(R), words.below(R)));
      const last = Math.max(...box);
      return { recipes: [...box], eligible: factoriesWhere(F, (f) => last < (R * (f + 1)) / F) };
    });
    return {
      factoryCount: F,
      recipeCount: R,
      caps: Float64Array.from({ length: F }, (_, f) => (f === F - 1 ? Infinity : 5 * (f + 1))),
      exact: Uint8Array.from({ length: F }, (_, f) => f % 2),
      ...boxesOf(boxes),
      ...before,
    };
  }

  test('is feasible with all orders redrawn every day, and near the bound', () => {
    let day = drawDay(1);
    let plan = routeDay(day);
    for (let seed = 2; seed <= 4; seed++) {
      const previous = new Int32Array(R * F);
      plan.factory.forEach((f, b) => {
        for (let p = day.recipeStart[b]; p < day.recipeStart[b + 1]; p++) previous[day.recipe[p] * F + f]++;
      });
      day = drawDay(seed, { previous });
      plan = routeDay(day);
      const load = new Int32Array(F);
      plan.factory.forEach((f, b) => {
        expect(f).not.toBe(UNALLOCATED);
        expect(carries(day.eligible[b], f)).toBe(true);
        load[f]++;
      });
      const short = new Map(plan.shortfalls.map(({ factory, missing }) => [factory, missing]));
      load.forEach((boxes, f) => {
        expect(boxes).toBeLessThanOrEqual(day.caps[f]);
        if (day.exact[f] === 1 && f < F - 1) expect(boxes + (short.get(f) ?? 0)).toBe(day.caps[f]);
      });
      expect(plan.objective / plan.itemsNow).toBeLessThan(0.2);
      expect(plan.objective).toBeLessThanOrEqual(1.05 * plan.lowerBound);
    }
  });
});

describe('a large day whose caps have moved', () => {
  const F = 5;
  const R = 200;
  const N = 30_000;
  /** Of a hundred recipes, and of a hundred orders, how many each factory carries or serves. */
  const CARRIED = [100, 88, 85, 85, 60];
  const SERVED = [100, 82, 70, 65, 70];
  const CAPS_BEFORE = [Infinity, 0.25, 0.18, 0.13, 0.1];
  const CAPS = [Infinity, 0.22, 0.17, 0.12, 0.08];

  function drawMoved(seed: number): DayProblem {
    const words = caseWords(seed);
    const some = (percent: readonly number[]) => factoriesWhere(percent.length, (f) => words.below(100) < percent[f]);
    const carriedBy = Array.from({ length: R }, () => some(CARRIED));
    const draw = () => {
      const box = new Set<number>();
      for (const k = 2 + words.below(4); box.size < k;) box.add(Math.min(words.below(R), words.below(R)));
      return { recipes: [...box], eligible: [...box].reduce((bits, r) => bits & carriedBy[r], some(SERVED)) };
    };
    const before = Array.from({ length: N }, draw);
    const now = before.map((order, i) => (i % 2 === 0 ? order : draw()));
    const previous = new Int32Array(R * F);
    const previousFactory = new Uint8Array(N);
    const room = CAPS_BEFORE.map((share) => share * N);
    before.forEach(({ recipes, eligible }, b) => {
      const f = [4, 3, 2, 1, 0].find((site) => carries(eligible, site) && room[site] >= 1) ?? 0;
      room[f]--;
      previousFactory[b] = f;
      for (const r of recipes) previous[r * F + f]++;
    });
    return {
      factoryCount: F,
      recipeCount: R,
      caps: Float64Array.from(CAPS, (share) => Math.round(share * N)),
      exact: new Uint8Array(F),
      ...boxesOf(now),
      previous,
      previousFactory,
    };
  }

  test('is proved within 1%', () => {
    const { objective, lowerBound, unallocated } = routeDay(drawMoved(1));
    expect(unallocated).toBe(0);
    expect(objective).toBeGreaterThan(0);
    expect(objective).toBeLessThanOrEqual(1.01 * lowerBound);
  });
});
