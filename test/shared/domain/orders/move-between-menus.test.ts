import { simulateOrders } from '../../../../shared/domain/orders/simulate-orders.ts';
import { apart } from '../menus-apart.ts';
import { expectSound, tally, zipf, options } from '../weeks.ts';

test.each<[string, number, readonly (readonly [number, number, number])[]]>([
  [
    'sizes of which any total is a sum',
    20_000,
    [
      [2, 0, 1],
      [3, 0, 1],
      [4, 0, 1],
    ],
  ],
  ['one size, so that no menu can have what is no multiple of it', 5_000, [[3, 0, 1]]],
  [
    'large boxes',
    5_000,
    [
      [2, 0, 1],
      [9, 0, 1],
    ],
  ],
  ['few boxes', 50, [[4, 0, 1]]],
])('menus without a recipe in common have totals to within a box: %s', (_, count, mix) => {
  const week = apart(count, mix, zipf(60, 0.1));
  const boxes = simulateOrders(week, options);
  tally(boxes.recipe, 60).forEach((drawn, r) =>
    expect(Math.abs(drawn - week.uptake[r] * boxes.recipe.length)).toBeLessThan(1.01),
  );
  expect(boxes.missed).toEqual([]);
  expectSound(week, boxes);
});
