import { simulateOrders } from '../../../../shared/domain/orders/simulate-orders.ts';
import { apart } from '../menus-apart.ts';
import { tally, options } from '../weeks.ts';

test('where companions are a little too rare, the week says which recipe is how far off', () => {
  const uptake = Array.from({ length: 30 }, (_, r) => (r === 0 ? 4.7 : r % 3 === 0 ? 1 : 3));
  const boxes = simulateOrders(apart(20_000, [[3, 0, 1]], uptake), options);
  const [, expected, drawn] =
    /^recipe R0 \(Recipe 0\) is expected in (\d+) .* and is in (\d+):/.exec(boxes.missed[0]) ?? [];
  expect(Number(drawn)).toBe(tally(boxes.recipe, 30)[0]);
  expect(Number(expected) - Number(drawn)).toBeGreaterThan(1);
});
