/** Weeks in which no factory carries every recipe. */
import { drawOrders, planOrders, simulateOrders } from '../../../../shared/domain/orders/simulate-orders.ts';
import { caseWords } from '../random-cases.ts';
import { expectSound, makeWeek, tally, zipf } from '../weeks.ts';

const options = { seed: 11, constraints: {} };
const factories = ['exact', 'at_most', 'at_most'] as const;

/** Recipe r is carried by factory r modulo their number alone. */
const apart = (
  boxes: number,
  mix: readonly (readonly [number, number, number])[],
  uptake: readonly number[],
) =>
  makeWeek({ boxes, mix, uptake, factories, carriedBy: uptake.map((_, r) => 1 << (r % factories.length)) });

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

test('a recipe whose companions are too rare is refused with what can be drawn', () => {
  // Boxes of three with recipe 0 need recipes 3, 6 and 9 twice as often as it.
  const uptake = Array.from({ length: 30 }, (_, r) => (r === 0 ? 8 : r % 3 === 0 ? 1 : 3));
  expect(() => simulateOrders(apart(2_000, [[3, 0, 1]], uptake), options)).toThrow(
    /R0 \(Recipe 0\): expected in 31\.2% .* only some \d+\.\d% can be drawn .* share a factory/,
  );
});

test('where companions are a little too rare, the week says which recipe is how far off', () => {
  const uptake = Array.from({ length: 30 }, (_, r) => (r === 0 ? 4.7 : r % 3 === 0 ? 1 : 3));
  const boxes = simulateOrders(apart(20_000, [[3, 0, 1]], uptake), options);
  const [, expected, drawn] =
    /^recipe R0 \(Recipe 0\) is expected in (\d+) .* and is in (\d+):/.exec(boxes.missed[0]) ?? [];
  expect(Number(drawn)).toBe(tally(boxes.recipe, 30)[0]);
  expect(Number(expected) - Number(drawn)).toBeGreaterThan(1);
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
  const week = {
    ...apart(2_000, mix, uptake),
    placed: makeWeek({ placed, mix, uptake, factories }).placed,
  };
  const boxes = simulateOrders(week, options);
  expect(boxes.count).toBe(5);
  expectSound(week, boxes);
});

test('many menus that overlap wildly are drawn as often as expected', () => {
  const uptake = zipf(120, 0.3);
  const words = caseWords(3);
  const few = Array.from({ length: 6 });
  const carriedBy = uptake.map(() => few.reduce((mask: number) => mask | (1 << words.below(16)), 0));
  const week = makeWeek({
    boxes: 20_000,
    mix: [
      [2, 0, 1],
      [3, 0, 1],
    ],
    uptake,
    carriedBy,
    factories: Array.from({ length: 16 }, () => 'at_most' as const),
  });
  const { week: _, ...plan } = planOrders(week, options);
  const drawn = drawOrders({ week, ...plan }, { from: 0, to: plan.count });
  const off = tally(drawn.recipe, 120).map((count, r) => Math.abs(count - plan.recipeTargets[r]));
  // Sampling alone is 3.6% off; calibrated as if one factory carried all, it would be 9.6%.
  expect(off.reduce((total, value) => total + value, 0) / drawn.recipe.length).toBeLessThan(0.05);
});
