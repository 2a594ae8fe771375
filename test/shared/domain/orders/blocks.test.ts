import { simulateOrders } from '../../../../shared/domain/orders/simulate-orders.ts';
import { LARGE_MIX, makeWeek, options } from '../weeks.ts';

test.each([40, 300, 1_000, 1_030])('%i boxes and one more: nearly all keep their day and size', (boxes) => {
  const [before, after] = [boxes, boxes + 1].map((count) =>
    simulateOrders(makeWeek({ boxes: count, mix: LARGE_MIX }), options),
  );
  const same = (column: 'day' | 'size') =>
    before[column].filter((value, box) => value === after[column][box]).length / boxes;
  const labels = Math.max(LARGE_MIX.length, 3);
  expect(same('day')).toBeGreaterThanOrEqual(1 - labels / boxes);
  expect(same('size')).toBeGreaterThanOrEqual(1 - (2 * labels) / boxes);
});
