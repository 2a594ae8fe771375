import { simulateOrders } from '../../../../shared/domain/orders/simulate-orders.ts';
import { makeWeek, tally, zipf, options } from '../weeks.ts';

describe('the constraints of a run', () => {
  test('maxRecipeShare caps the totals and spreads the excess', () => {
    const week = makeWeek({ boxes: 10_000, uptake: zipf(20, 1) });
    const boxes = simulateOrders(week, { ...options, constraints: { maxRecipeShare: 0.1 } });
    const counts = tally(boxes.recipe, 20);
    const cap = boxes.recipe.length * 0.1;
    expect(Math.max(...counts)).toBeLessThan(cap + 1);
    expect(counts[0]).toBeGreaterThan(cap - 1);
    expect(counts[9] / counts[19]).toBeCloseTo(week.uptake[9] / week.uptake[19], 1);
  });

  test('maxRecipeShare that the menu cannot keep is refused', () => {
    const impossible = { ...options, constraints: { maxRecipeShare: 0.04 } };
    expect(() => simulateOrders(makeWeek(), impossible)).toThrow(/maxRecipeShare 0.04 .* at least 0.05/);
  });

  test('box sizes outside the limits are dropped', () => {
    const constraints = { minRecipesPerBox: 3, maxRecipesPerBox: 3 };
    const boxes = simulateOrders(makeWeek(), { ...options, constraints });
    expect(boxes.recipe.length).toBe(3_000);
    expect(tally(boxes.size, 2)).toEqual([600, 400]);
  });

  test('limits that leave no box size are refused', () => {
    const constraints = { minRecipesPerBox: 5 };
    expect(() => simulateOrders(makeWeek(), { ...options, constraints })).toThrow(/its sizes are 2, 3, 4/);
  });
});
