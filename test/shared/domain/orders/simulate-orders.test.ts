import type { Week } from '../../../../shared/domain/model.ts';
import { drawOrders } from '../../../../shared/domain/orders/draw-orders.ts';
import { planOrders } from '../../../../shared/domain/orders/plan-orders.ts';
import { completeOrders, simulateOrders } from '../../../../shared/domain/orders/simulate-orders.ts';
import { expectSound, LARGE_MIX, makeWeek, somePlaced, tally, unitsOf, zipf, options } from '../weeks.ts';

describe('exact totals', () => {
  const week = makeWeek({
    boxes: 20_000,
    uptake: zipf(100, 0.8),
    mix: LARGE_MIX,
    dayShare: [0.19, 0.17, 0.12, 0.11, 0.2, 0.21],
    products: [{ perBox: 0.14 }, { perBox: 0.05 }],
  });
  const boxes = simulateOrders(week, options);

  test('boxes, days and mix cells', () => {
    expect(boxes.count).toBe(20_000);
    expect(tally(boxes.day, 6)).toEqual([3800, 3400, 2400, 2200, 4000, 4200]);
    const cells = LARGE_MIX.map(([k, size]) => {
      let count = 0;
      for (let box = 0; box < boxes.count; box++)
        if (boxes.size[box] === size && boxes.recipeStart[box + 1] - boxes.recipeStart[box] === k) count++;
      return count;
    });
    expect(cells).toEqual([3348, 2052, 4712, 2888, 3000, 1800, 1200, 1000]);
  });

  test('recipes to within rounding', () => {
    const counts = tally(boxes.recipe, 100);
    counts.forEach((count, r) => expect(Math.abs(count - week.uptake[r] * boxes.recipe.length)).toBeLessThan(1));
    expectSound(week, boxes);
  });

  test('products', () => expect(unitsOf(boxes, 2)).toEqual([2800, 1000]));

  test('day and size are crossed as if independent', () => {
    for (let day = 0; day < 6; day++) {
      const larger = boxes.size.filter((size, box) => size === 1 && boxes.day[box] === day).length;
      const ofDay = boxes.day.filter((d) => d === day).length;
      expect(larger / ofDay).toBeCloseTo(0.387, 1);
    }
  });
});

test('the same inputs give the same orders, and another seed or week others', () => {
  const week = makeWeek({ boxes: 7_001, uptake: zipf(60, 1.1), mix: LARGE_MIX, placed: somePlaced(50, 60) });
  const again = simulateOrders(week, options);
  expect(simulateOrders(week, options)).toEqual(again);
  expect(simulateOrders(week, { ...options, seed: 12 }).recipe).not.toEqual(again.recipe);
  const other = { ...week, menuWeek: '2026-W50' as Week['menuWeek'] };
  expect(simulateOrders(other, options).recipe).not.toEqual(again.recipe);
});

test('orders of another plan are refused', () => {
  const plan = planOrders(makeWeek(), options);
  expect(() => completeOrders(plan, drawOrders(plan, { from: 0, to: 10 }))).toThrow(RangeError);
});
