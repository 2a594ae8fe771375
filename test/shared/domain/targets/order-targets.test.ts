import { simulateOrders } from '../../../../shared/domain/orders/simulate-orders.ts';
import { expectSound, makeWeek, somePlaced, sum, tally, unitsOf, options } from '../weeks.ts';

describe('placed orders', () => {
  const placed = somePlaced(300, 20);
  const week = makeWeek({ boxes: 5_000, placed, products: [{ perBox: 0.3 }] });
  const boxes = simulateOrders(week, options);

  test('are filled up to what the week expects', () => {
    expect(boxes.count).toBe(4_700);
    const days = tally(boxes.day, 3).map((count, d) => count + tally(week.placed.day, 3)[d]);
    expect(days).toEqual([2_500, 1_500, 1_000]);
    const recipes = tally(boxes.recipe, 20).map((count, r) => count + tally(week.placed.recipe, 20)[r]);
    recipes.forEach((count, r) => expect(Math.abs(count - week.uptake[r] * sum(recipes))).toBeLessThan(1));
    expect(unitsOf(boxes, 1)[0] + unitsOf(week.placed, 1)[0]).toBe(1_500);
    expectSound(week, boxes);
  });

  test('win where they are more than expected', () => {
    const full = makeWeek({ boxes: 200, placed, products: [{ perBox: 0.3 }] });
    expect(simulateOrders(full, options)).toMatchObject({ count: 0, recipe: new Uint16Array(0) });
  });
});
