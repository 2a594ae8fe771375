import type { Week } from '../../../../shared/domain/model.ts';
import { drawOrders, type DrawnOrders } from '../../../../shared/domain/orders/draw-orders.ts';
import { planOrders } from '../../../../shared/domain/orders/plan-orders.ts';
import { steadyTable } from '../../../../shared/domain/sampling/condensed-table.ts';
import { LARGE_MIX, makeWeek, somePlaced, sum, tally, zipf, options } from '../weeks.ts';

describe('shards', () => {
  const week = makeWeek({ boxes: 7_001, uptake: zipf(60, 1.1), mix: LARGE_MIX, placed: somePlaced(50, 60) });
  const plan = planOrders(week, options);
  const whole = drawOrders(plan, { from: 0, to: plan.count });

  test.each([1, 7, 64])('%i of them draw the same bytes', (shards) => {
    const cut = (i: number) => Math.floor((plan.count * i) / shards);
    const parts = Array.from({ length: shards }, (_, i) => drawOrders(plan, { from: cut(i), to: cut(i + 1) }));
    const joined = (column: 'day' | 'size' | 'recipe' | 'mask') => parts.flatMap((part) => [...part[column]]);
    for (const column of ['day', 'size', 'recipe', 'mask'] as const) expect(joined(column)).toEqual([...whole[column]]);
    const sizes = ({ recipeStart }: DrawnOrders) => [...recipeStart.subarray(1)].map((end, i) => end - recipeStart[i]);
    expect(parts.flatMap(sizes)).toEqual(sizes(whole));
    expect(Array.from(whole.picks, (_, cell) => sum(parts.map(({ picks }) => picks[cell])))).toEqual([...whole.picks]);
  });

  test('a shard outside the plan is refused', () => {
    expect(() => drawOrders(plan, { from: 0, to: plan.count + 1 })).toThrow(RangeError);
  });

  test('a few boxes more leave nearly all orders as they were', () => {
    const more = planOrders({ ...week, boxes: week.boxes + 5 }, options);
    const drawn = drawOrders(more, { from: 0, to: more.count });
    let same = 0;
    for (let box = 0; box < whole.count; box++) {
      const before = whole.recipe.subarray(whole.recipeStart[box], whole.recipeStart[box + 1]).join();
      const after = drawn.recipe.subarray(drawn.recipeStart[box], drawn.recipeStart[box + 1]).join();
      if (before === after) same++;
    }
    expect(same / whole.count).toBeGreaterThan(0.9);
  });
});

describe('marginals of the drawing, before it is made exact', () => {
  /** Mean squared deviation from the targets in units of the sampling variance: about 1 when unbiased. */
  function deviation(week: Week, wrongWeights?: Float64Array): number {
    const planned = planOrders(week, options);
    const plan =
      wrongWeights && planned.drawer
        ? { ...planned, drawer: { ...planned.drawer, ...steadyTable(wrongWeights) } }
        : planned;
    const drawn = drawOrders(plan, { from: 0, to: plan.count });
    const counts = tally(drawn.recipe, week.recipes.length);
    const squares = counts.map((count, r) => {
      const chance = (week.uptake[r] * drawn.recipe.length) / plan.count;
      return (count - chance * plan.count) ** 2 / (plan.count * chance * (1 - chance));
    });
    return sum(squares) / squares.length;
  }

  test('2,000,000 orders of 100 recipes show no bias', () => {
    const week = makeWeek({ boxes: 2_000_000, uptake: zipf(100, 0.8), mix: LARGE_MIX });
    expect(deviation(week)).toBeLessThan(1.5);
  });

  test('shares taken for weights show at once', () => {
    const week = makeWeek({ boxes: 2_000_000, uptake: zipf(100, 0.8), mix: LARGE_MIX });
    expect(deviation(week, week.uptake)).toBeGreaterThan(20);
  });

  test('500,000 orders of 200 recipes with Zipf 1.2 show no bias', () => {
    const week = makeWeek({ boxes: 500_000, uptake: zipf(200, 1.2), mix: LARGE_MIX });
    expect(deviation(week)).toBeLessThan(1.5);
  });

  test.each([
    [8, 9, 'would draw too slowly'],
    [7, 10, 'leaves without a set now and then'],
  ])('nor do boxes of %i of %i recipes, which rejection alone %s', (k, recipes) => {
    const week = makeWeek({ boxes: 50_000, uptake: zipf(recipes, 0.03), mix: [[k, 0, 1]] });
    expect(deviation(week)).toBeLessThan(2);
  });

  test('nor do menus without a factory that carries all', () => {
    const week = makeWeek({
      boxes: 100_000,
      uptake: zipf(30, 0.4),
      factories: ['at_most', 'at_most'],
      carriedBy: Array.from({ length: 30 }, (_, r) => (r % 3) + 1),
    });
    expect(deviation(week)).toBeLessThan(2);
  });
});
