import { InputError } from '../../../../shared/domain/errors.ts';
import { simulateOrders } from '../../../../shared/domain/orders/simulate-orders.ts';
import { expectSound, makeWeek, tally, options } from '../weeks.ts';

test('placed orders that leave a recipe far behind do not stop the last few boxes', () => {
  const others = Array.from({ length: 990 }, (_, i) => ({ recipes: [1 + (i % 19), 1 + ((i + 5) % 19)] }));
  const nearlyFull = makeWeek({ boxes: 1_000, placed: others });
  const last = simulateOrders(nearlyFull, options);
  expect(last.count).toBe(10);
  expect(tally(last.recipe, 20)[0]).toBeGreaterThanOrEqual(9);
  expectSound(nearlyFull, last);
});

test('a recipe expected in every box is refused by name', () => {
  const week = makeWeek({ uptake: [10, ...Array.from({ length: 19 }, () => 1)] });
  expect(() => simulateOrders(week, options)).toThrow(InputError);
  expect(() => simulateOrders(week, options)).toThrow(/R0 \(Recipe 0\): expected 1\.069/);
});
