import { InputError } from '../../../../shared/domain/errors.ts';
import type { Boxes, Week } from '../../../../shared/domain/model.ts';
import {
  completeOrders,
  drawOrders,
  joinOrders,
  planOrders,
  simulateOrders,
} from '../../../../shared/domain/orders/simulate-orders.ts';
import { steadyPickTable } from '../../../../shared/domain/sampling/pick-table.ts';
import { expectSound, makeWeek, tally, zipf, type PlacedBox } from '../weeks.ts';

const options = { seed: 11, constraints: {} };
const LARGE_MIX = [
  [2, 0, 0.1674],
  [2, 1, 0.1026],
  [3, 0, 0.2356],
  [3, 1, 0.1444],
  [4, 0, 0.15],
  [4, 1, 0.09],
  [5, 0, 0.06],
  [5, 1, 0.05],
] as const;

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);

function unitsOf(boxes: Boxes, products: number): number[] {
  const units = new Array<number>(products).fill(0);
  boxes.product.forEach((product, line) => (units[product] += boxes.units[line]));
  return units;
}

/** Placed boxes that lean to other recipes, days and sizes than the week does. */
function somePlaced(count: number, recipes: number): PlacedBox[] {
  return Array.from({ length: count }, (_, i) => ({
    day: i % 3 === 0 ? 2 : 0,
    size: i % 2,
    recipes: [i % recipes, (i + 3) % recipes, (i * i + 7) % recipes],
    ...(i % 4 === 0 ? { products: { 0: 1 } } : {}),
  }));
}

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
    counts.forEach((count, r) =>
      expect(Math.abs(count - week.uptake[r] * boxes.recipe.length)).toBeLessThan(1),
    );
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

describe('every day', () => {
  const dayShare = [0.3, 0.25, 0.25, 0.2];
  const settings = { boxes: 30_000, uptake: zipf(60, 0.8), mix: LARGE_MIX, dayShare };
  const byDay = (boxes: Boxes) => {
    const counts = dayShare.map(() => new Array<number>(60).fill(0));
    for (let box = 0; box < boxes.count; box++)
      for (let p = boxes.recipeStart[box]; p < boxes.recipeStart[box + 1]; p++)
        counts[boxes.day[box]][boxes.recipe[p]]++;
    return counts;
  };
  const week = makeWeek(settings);
  const boxes = simulateOrders(week, options);

  test('gets its part of each recipe', () => {
    const off = byDay(boxes).flatMap((counts) => {
      const picks = sum(counts);
      return counts.map((count, r) => Math.abs(count - week.uptake[r] * picks));
    });
    expect(Math.max(...off)).toBeLessThan(5);
    expect(sum(off) / off.length).toBeLessThan(0.6);
  });

  test('has recipes change by little more than the uptake', () => {
    const uptake = Float64Array.from(week.uptake);
    uptake[2] -= 0.005;
    uptake[30] += 0.005;
    const [before, after] = [boxes, simulateOrders({ ...week, uptake }, options)].map(byDay);
    const change = sum(
      before.flatMap((counts, d) => counts.map((count, r) => Math.abs(count - after[d][r]))),
    );
    expect(change / boxes.recipe.length).toBeLessThan(0.0125);
  });

  test('spreads the exchanges: large boxes have their part of rare recipes too', () => {
    const isRare = (recipe: number) => recipe >= 40;
    const share = (k: number) => {
      const picks: number[] = [];
      for (let box = 0; box < boxes.count; box++)
        if (boxes.recipeStart[box + 1] - boxes.recipeStart[box] === k)
          picks.push(...boxes.recipe.subarray(boxes.recipeStart[box], boxes.recipeStart[box + 1]));
      return picks.filter(isRare).length / picks.length;
    };
    expect(share(2)).toBeCloseTo(share(4), 1);
  });
});

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

  test('that leave a recipe far behind do not stop the last few boxes', () => {
    const others = Array.from({ length: 990 }, (_, i) => ({ recipes: [1 + (i % 19), 1 + ((i + 5) % 19)] }));
    const nearlyFull = makeWeek({ boxes: 1_000, placed: others });
    const last = simulateOrders(nearlyFull, options);
    expect(last.count).toBe(10);
    expect(tally(last.recipe, 20)[0]).toBeGreaterThanOrEqual(9);
    expectSound(nearlyFull, last);
  });
});

describe('shards', () => {
  const week = makeWeek({ boxes: 7_001, uptake: zipf(60, 1.1), mix: LARGE_MIX, placed: somePlaced(50, 60) });
  const plan = planOrders(week, options);
  const whole = drawOrders(plan, { from: 0, to: plan.count });

  test.each([1, 7, 64])('%i of them draw the same bytes', (shards) => {
    const cut = (i: number) => Math.floor((plan.count * i) / shards);
    const parts = Array.from({ length: shards }, (_, i) =>
      drawOrders(plan, { from: cut(i), to: cut(i + 1) }),
    );
    expect(joinOrders(parts.reverse().reverse())).toEqual(whole);
  });

  test('the same inputs give the same orders, and another seed or week others', () => {
    const again = simulateOrders(week, options);
    expect(simulateOrders(week, options)).toEqual(again);
    expect(simulateOrders(week, { ...options, seed: 12 }).recipe).not.toEqual(again.recipe);
    const other = { ...week, menuWeek: '2026-W50' as Week['menuWeek'] };
    expect(simulateOrders(other, options).recipe).not.toEqual(again.recipe);
  });

  test('a shard outside the plan is refused', () => {
    expect(() => drawOrders(plan, { from: 0, to: plan.count + 1 })).toThrow(RangeError);
  });

  test('orders of another plan are refused', () => {
    expect(() => completeOrders(plan, drawOrders(plan, { from: 0, to: 10 }))).toThrow(RangeError);
  });

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
        ? { ...planned, drawer: { ...planned.drawer, ...steadyPickTable(wrongWeights) } }
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

describe('constraints', () => {
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

  test('a recipe expected in every box is refused by name', () => {
    const week = makeWeek({ uptake: [10, ...Array.from({ length: 19 }, () => 1)] });
    expect(() => simulateOrders(week, options)).toThrow(InputError);
    expect(() => simulateOrders(week, options)).toThrow(/R0 \(Recipe 0\): expected 1\.069/);
  });
});

describe('products and factories', () => {
  const factories = ['exact', 'at_most', 'at_most'] as const;
  const carriedBy = Array.from({ length: 20 }, (_, r) => (r % 2 ? 4 : 7));

  test('a product goes only where its factories carry the recipes', () => {
    const products = [{ perBox: 0.2, factoryMask: 1 }, { perBox: 0.1, factoryMask: 6 }, { perBox: 0.5 }];
    const week = makeWeek({ boxes: 4_000, factories, carriedBy, products, uptake: zipf(20, 0.2) });
    const boxes = simulateOrders(week, options);
    expect(unitsOf(boxes, 3)).toEqual([800, 400, 2_000]);
    expectSound(week, boxes);
  });

  test('a product that no box can take is refused by name', () => {
    const products = [{ perBox: 0.2, factoryMask: 1 }];
    const week = makeWeek({ factories, carriedBy: carriedBy.map(() => 4), products });
    expect(() => simulateOrders(week, options)).toThrow(/product P0 \(Product 0\): 200 units/);
  });

  test('what the last boxes cannot take of a product is left out, with a word on it', () => {
    // The boxes that are left go to the first factory alone; the product is the second one's.
    const placed = Array.from({ length: 995 }, (_, box) => ({
      recipes: [0, 1],
      ...(box < 97 ? { products: { 0: 1 } } : {}),
    }));
    const week = makeWeek({
      boxes: 1_000,
      mix: [[2, 0, 1]],
      uptake: [1, 1, 1],
      carriedBy: [1, 1, 1],
      factories: ['at_most', 'at_most'],
      products: [{ perBox: 0.1, factoryMask: 2 }],
      placed,
    });
    const boxes = simulateOrders(week, options);
    expect(boxes.count).toBe(5);
    expect(unitsOf(boxes, 1)).toEqual([0]);
    expect(boxes.missed).toEqual([expect.stringMatching(/^product P0 \(Product 0\): 3 of the 3 units/)]);
  });

  test('no box holds more units than allowed', () => {
    const week = makeWeek({ products: [{ perBox: 1.5 }, { perBox: 0.5 }] });
    const boxes = simulateOrders(week, { ...options, constraints: { maxProductsPerBox: 2 } });
    for (let box = 0; box < boxes.count; box++)
      expect(sum(boxes.units.subarray(boxes.productStart[box], boxes.productStart[box + 1]))).toBe(2);
    const constraints = { maxProductsPerBox: 1 };
    expect(() => simulateOrders(week, { ...options, constraints })).toThrow(
      /2\.00 units a box; expected at most 1/,
    );
  });

  test('units that find no room in their stratum go to another', () => {
    // Parts are rounded product by product: the first stratum gets 2,051 units and has room for 2,048.
    const week = makeWeek({ boxes: 7_000, products: Array.from({ length: 7 }, () => ({ perBox: 1 / 7 })) });
    const boxes = simulateOrders(week, { ...options, constraints: { maxProductsPerBox: 1 } });
    expect(unitsOf(boxes, 7)).toEqual(Array.from({ length: 7 }, () => 1_000));
    expect(boxes.productStart).toEqual(Uint32Array.from({ length: 7_001 }, (_, box) => box));
  });

  test('a few boxes more leave nearly all products where they were', () => {
    const products = [{ perBox: 0.4 }, { perBox: 0.2 }];
    const [before, after] = [7_001, 7_006].map((boxes) =>
      simulateOrders(makeWeek({ boxes, products }), options),
    );
    const linesOf = ({ productStart, product }: Boxes, box: number) =>
      product.subarray(productStart[box], productStart[box + 1]).join();
    let same = 0;
    for (let box = 0; box < before.count; box++) if (linesOf(before, box) === linesOf(after, box)) same++;
    expect(same / before.count).toBeGreaterThan(0.95);
  });

  test.each([1, 5, 6, 8, 9, 12])('boxes of %i recipes have exact totals, none of them twice in one', (k) => {
    const week = makeWeek({
      boxes: 3_000,
      mix: [[k, 0, 1]],
      uptake: zipf(40, 0.3),
      carriedBy: Array.from({ length: 40 }, (_, r) => (r % 4 === 0 ? 7 : r % 2 ? 4 : 6)),
      factories,
    });
    const boxes = simulateOrders(week, options);
    tally(boxes.recipe, 40).forEach((count, r) =>
      expect(Math.abs(count - week.uptake[r] * boxes.recipe.length)).toBeLessThan(1),
    );
    expectSound(week, boxes);
  });

  test('a menu with no factory that carries all still has exact totals', () => {
    const week = makeWeek({
      boxes: 5_000,
      factories,
      carriedBy: Array.from({ length: 20 }, (_, r) => [3, 6, 5, 7][r % 4]),
    });
    const boxes = simulateOrders(week, options);
    const counts = tally(boxes.recipe, 20);
    counts.forEach((count, r) =>
      expect(Math.abs(count - week.uptake[r] * boxes.recipe.length)).toBeLessThan(1),
    );
    expectSound(week, boxes);
  });
});
