import { simulateOrders } from '../../../../shared/domain/orders/simulate-orders.ts';
import { apart } from '../menus-apart.ts';
import { expectSound, zipf, options } from '../weeks.ts';

test('a recipe whose companions are too rare is refused with what can be drawn', () => {
  // Boxes of three with recipe 0 need recipes 3, 6 and 9 twice as often as it.
  const uptake = Array.from({ length: 30 }, (_, r) => (r === 0 ? 8 : r % 3 === 0 ? 1 : 3));
  expect(() => simulateOrders(apart(2_000, [[3, 0, 1]], uptake), options)).toThrow(
    /R0 \(Recipe 0\): expected in 31\.2% .* only some \d+\.\d% can be drawn .* share a factory/,
  );
});

test('the last boxes that placed orders leave are drawn as near as menus allow', () => {
  const uptake = zipf(36, 0.5);
  const mix = [[3, 0, 1]] as const;
  const all = simulateOrders(apart(2_000, mix, uptake), options);
  // All but the last few are placed: what is left over of each recipe is no sum of boxes of one menu.
  const placed = Array.from({ length: 1_995 }, (_, box) => ({
    recipes: [...all.recipe.subarray(3 * box, 3 * box + 3)].map((r, pick) =>
      pick === 0 && box % 7 === 0 ? (r + 3) % 36 : r,
    ),
  })).map(({ recipes }) => ({ recipes: new Set(recipes).size === 3 ? recipes : [0, 3, 6] }));
  const week = apart(2_000, mix, uptake, placed);
  const boxes = simulateOrders(week, options);
  expect(boxes.count).toBe(5);
  expectSound(week, boxes);
});
