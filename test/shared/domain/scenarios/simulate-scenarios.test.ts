import type { Week } from '../../../../shared/domain/model.ts';
import { preferenceOf } from '../../../../shared/domain/scenarios/preference.ts';
import { forecastIntervals, quantilesOf, skuTotals } from '../../../../shared/domain/scenarios/quantiles.ts';
import {
  joinScenarios,
  simulateScenarios,
  type ScenarioCounts,
} from '../../../../shared/domain/scenarios/simulate-scenarios.ts';
import { simulateOrders } from '../../../../shared/domain/orders/simulate-orders.ts';
import { makeWeek, zipf } from '../weeks.ts';

const options = { seed: 5, constraints: {}, scenarios: 200 };
/** Every recipe at the catch-all, half of them at factory 1, a quarter at factory 0. */
const nested = (recipes: number) =>
  Array.from({ length: recipes }, (_, r) => (r % 4 === 0 ? 7 : r % 2 ? 4 : 6));

function threeFactories(settings: Parameters<typeof makeWeek>[0] = {}): Week {
  return makeWeek({
    boxes: 3_000,
    boxesSd: 0.05,
    uptake: zipf(20, 0.3),
    factories: ['exact', 'at_most', 'at_most'],
    carriedBy: nested(20),
    ...settings,
  });
}

const column = (values: Uint32Array, scenarios: number, s: number) =>
  Array.from(values.filter((_, i) => i % scenarios === s));
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const meanOf = (values: Uint32Array) => total(Array.from(values)) / values.length;

test.each([
  ['1', [0, 12]],
  ['3', [0, 5, 6, 12]],
  ['12', Array.from({ length: 13 }, (_, i) => i)],
])('scenarios in %s shards are the same bytes', (_, cuts) => {
  const week = threeFactories({ caps: [20, 500, Infinity], products: [{ perBox: 0.3, factoryMask: 6 }] });
  const twelve = { ...options, scenarios: 12 };
  const parts: ScenarioCounts[] = [];
  for (let i = 1; i < cuts.length; i++)
    parts.push(simulateScenarios(week, twelve, { from: cuts[i - 1], to: cuts[i] }));
  expect(joinScenarios(parts)).toEqual(simulateScenarios(week, twelve));
});

test('every scenario adds up: places, recipes and what found no room', () => {
  const week = threeFactories({ caps: [20, 300, 900], mix: [[3, 0, 1]] });
  const counts = simulateScenarios(week, { ...options, scenarios: 20 });
  const boxes = Array.from({ length: 20 }, (_, s) => total(column(counts.boxes, 20, s)));
  for (let s = 0; s < 20; s++) {
    expect(total(column(counts.recipe, 20, s))).toBe(3 * boxes[s]);
    const wanted = total(column(counts.wanted, 20, s));
    expect(wanted).toBe(boxes[s] + total(column(counts.unallocated, 20, s)));
    column(counts.boxes, 20, s).forEach((count, place) =>
      expect(count).toBeLessThanOrEqual(week.caps[place]),
    );
  }
  expect(Math.max(...counts.unallocated)).toBeGreaterThan(0);
});

test.each([1, 2, 4, 5, 6, 8, 9, 12])('boxes of %i recipes go where all of them are carried', (k) => {
  // 32 factories, of which the first ten each carry all but one of the recipes: as many classes as there are sets.
  const F = 32;
  const uptake = zipf(40, 0.3);
  const carriedBy = uptake.map((_, r) => (r < 10 ? ~(1 << r) >>> 0 : 2 ** F - 1));
  const week = makeWeek({
    boxes: 500,
    mix: [[k, 1, 1]],
    uptake,
    carriedBy,
    factories: Array.from({ length: F }, () => 'at_most'),
    caps: [...Array.from({ length: F - 1 }, () => 7), Infinity],
    products: [{ perBox: 0.5, factoryMask: (1 | (1 << 31)) >>> 0 }, { perBox: 1.5 }],
  });
  const counts = simulateScenarios(week, { ...options, scenarios: 3 });
  for (let s = 0; s < 3; s++) {
    const boxes = column(counts.boxes, 3, s);
    const recipe = column(counts.recipe, 3, s);
    expect(total(recipe)).toBe(k * total(boxes));
    boxes.forEach((count, place) => {
      expect(count).toBeLessThanOrEqual(week.caps[place]);
      // [recipe × sizes + size], and no recipe more often than there are boxes: none is in one twice.
      const cells = recipe.slice(place * 80, (place + 1) * 80);
      expect(cells.findIndex((picks, cell) => picks > (cell % 2 ? count : 0))).toBe(-1);
      if (place % F < 10) expect(cells[2 * (place % F) + 1]).toBe(0);
    });
  }
  expect(total(Array.from(counts.unallocated))).toBe(0);
});

test('placed boxes go to factories alike however their file is sorted', () => {
  const placed = Array.from({ length: 2_000 }, (_, i) => ({ recipes: [i % 20, (i + 1 + (i % 7)) % 20] }));
  const sorted = [...placed].sort((a, b) => a.recipes[0] - b.recipes[0] || a.recipes[1] - b.recipes[1]);
  const of = (boxes: typeof placed) => {
    const week = threeFactories({
      boxes: 2_000,
      boxesSd: 0,
      carriedBy: Array.from({ length: 20 }, () => 7),
      caps: [500, 700, Infinity],
      dayShare: [1],
      mix: [[2, 0, 1]],
      placed: boxes,
    });
    return simulateScenarios(week, { ...options, scenarios: 100 });
  };
  const [one, other] = [of(placed), of(sorted)];
  expect(Array.from(other.boxes)).toEqual(Array.from(one.boxes));
  // [factory × recipes × sizes + recipe × sizes + size]
  for (let cell = 0; cell < 3 * 20 * 2; cell += 2) {
    const mean = (counts: ScenarioCounts) => meanOf(counts.recipe.subarray(cell * 100, (cell + 1) * 100));
    expect(Math.abs(mean(one) - mean(other))).toBeLessThan(0.1 * mean(one));
  }
});

test('a placed box that holds a recipe twice is one box with it, and twice its packs', () => {
  const placed = Array.from({ length: 30 }, () => ({ recipes: [0, 0, 1] }));
  const week = makeWeek({ boxes: 30, dayShare: [1], placed, bill: (r) => [[r, 1]] });
  const { recipe, sku } = forecastIntervals(week, simulateScenarios(week, { ...options, scenarios: 5 }));
  // [recipe × sizes + size] and [sku]
  expect(Array.from(recipe.p50.slice(0, 4))).toEqual([30, 0, 30, 0]);
  expect(Array.from(sku.p50.slice(0, 3))).toEqual([60, 30, 0]);
});

test('more kinds of boxes on more days than can be told apart are refused', () => {
  const mix = Array.from({ length: 300 }, (_, c) => [(c % 20) + 1, 0, 1] as const);
  const week = { ...makeWeek({ uptake: zipf(40, 0.3), mix }), dayShare: new Float64Array(250).fill(1 / 250) };
  const days = Array.from({ length: 250 }, () => week.days[0]);
  expect(() => simulateScenarios({ ...week, days }, options)).toThrow(
    /300 kinds of boxes on 250 delivery days/,
  );
});

test('volume and uptake vary as they should, around what is expected', () => {
  const week = makeWeek({
    boxes: 20_000,
    boxesSd: 0.1,
    dayShare: [1],
    mix: [[2, 0, 1]],
    uptake: zipf(20, 0),
  });
  const counts = simulateScenarios(week, { ...options, scenarios: 400, concentration: 200 });
  const relative = (values: ArrayLike<number>) => {
    const list = Array.from(values);
    const mean = total(list) / list.length;
    const variance = total(list.map((value) => (value - mean) ** 2)) / list.length;
    return { mean, sd: Math.sqrt(variance) / mean };
  };
  const volume = relative(counts.boxes);
  expect(volume.mean / 20_000).toBeCloseTo(1, 1);
  expect(volume.sd).toBeCloseTo(0.1, 1);
  const shares = Array.from({ length: 400 }, (_, s) => counts.recipe[s] / counts.boxes[s]);
  const recipe = relative(shares);
  expect(recipe.mean).toBeCloseTo(0.1, 2);
  // Dirichlet: √((1 − 0.05) / (0.05 · 201)) = 0.307; the largest share is held back a little by distinctness.
  expect(recipe.sd).toBeGreaterThan(0.26);
  expect(recipe.sd).toBeLessThan(0.35);
});

test('without any uncertainty but the drawing, totals are multinomial', () => {
  const week = makeWeek({
    boxes: 4_000,
    boxesSd: 0,
    dayShare: [0.25, 0.75],
    mix: [[2, 0, 1]],
    uptake: zipf(10, 0.5),
  });
  const counts = simulateScenarios(week, { ...options, scenarios: 400, concentration: Infinity });
  const first = Array.from(counts.boxes.subarray(0, 400));
  const mean = total(first) / 400;
  const variance = total(first.map((value) => (value - mean) ** 2)) / 400;
  expect(mean).toBeCloseTo(1_000, -1);
  expect(variance / (4_000 * 0.25 * 0.75)).toBeGreaterThan(0.75);
  expect(variance / (4_000 * 0.25 * 0.75)).toBeLessThan(1.3);
  const picks = Array.from({ length: 10 }, (_, r) =>
    meanOf(Uint32Array.from({ length: 400 }, (__, s) => countOf(week, counts, r, s))),
  );
  picks.forEach((mean, r) => expect(mean / (8_000 * week.uptake[r])).toBeCloseTo(1, 1.7));
});

function countOf(week: Week, counts: ScenarioCounts, recipe: number, s: number): number {
  const R = week.recipes.length;
  const S = week.portionSizes.length;
  let sum = 0;
  for (let place = 0; place < week.days.length * week.factories.length; place++)
    for (let size = 0; size < S; size++)
      sum += counts.recipe[((place * R + recipe) * S + size) * counts.scenarios + s];
  return sum;
}

test('a factory at its cap shows no spread, and the catch-all takes it', () => {
  const week = threeFactories({ dayShare: [1], caps: [12, 200, Infinity] });
  const { boxes } = forecastIntervals(week, simulateScenarios(week, options));
  expect([boxes.p10[0], boxes.p90[0]]).toEqual([12, 12]);
  expect(boxes.p90[2] - boxes.p10[2]).toBeGreaterThan(0.1 * boxes.p50[2]);
});

test('placed boxes are a floor, and all there is when they exceed what is expected', () => {
  const placed = Array.from({ length: 400 }, (_, i) => ({
    day: i % 3,
    recipes: [i % 20, (i + 4) % 20],
    products: { 0: 2 },
  }));
  const products = [{ perBox: 0.1 }];
  const week = threeFactories({ boxes: 100, placed, products });
  const counts = simulateScenarios(week, { ...options, scenarios: 10 });
  for (let s = 0; s < 10; s++) {
    expect(total(column(counts.boxes, 10, s))).toBe(400);
    expect(total(column(counts.product, 10, s))).toBe(800);
    for (let r = 0; r < 20; r++) expect(countOf(week, counts, r, s)).toBe(40);
  }
});

test.each<[string, number, { perBox: number; factoryMask?: number }[]]>([
  [
    'that few boxes can take',
    0.06,
    [{ perBox: 0.4 }, { perBox: 0.1, factoryMask: 2 }, { perBox: 2, factoryMask: 6 }],
  ],
  [
    'that shut each other out',
    0.01,
    [{ perBox: 0.3, factoryMask: 4 }, { perBox: 0.05, factoryMask: 2 }, { perBox: 0.5 }],
  ],
])('products come as often as expected, also those %s', (_, most, products) => {
  const week = threeFactories({ boxes: 20_000, boxesSd: 0, products });
  const counts = simulateScenarios(week, { ...options, scenarios: 20 });
  products.forEach(({ perBox }, p) => {
    const units = total(Array.from(counts.product.filter((__, i) => Math.floor(i / 20) % 3 === p))) / 20;
    expect(Math.abs(units / (20_000 * perBox) - 1)).toBeLessThan(most);
  });
});

test('scenario means agree with the central plan that is preferred', () => {
  const week = threeFactories({ boxes: 6_000, boxesSd: 0.02 });
  const boxes = simulateOrders(week, options);
  // A plan of its own will: eligible boxes alternate between factory 1 and the catch-all, factory 0 has none.
  const factory = Uint8Array.from({ length: boxes.count }, (_, box) => {
    const recipes = boxes.recipe.subarray(boxes.recipeStart[box], boxes.recipeStart[box + 1]);
    return recipes.every((r) => (week.carriedBy[r] & 2) !== 0) && box % 3 === 0 ? 1 : 2;
  });
  const preference = preferenceOf(week, [{ boxes, factory }]);
  const counts = simulateScenarios(week, { ...options, preference });
  const planned = new Float64Array(9);
  factory.forEach((f, box) => planned[boxes.day[box] * 3 + f]++);
  // The plan is one draw of what the scenarios average over.
  forecastIntervals(week, counts).boxes.mean.forEach((mean, place) => {
    expect(Math.abs(mean - planned[place])).toBeLessThan(3 * Math.sqrt(planned[place]) + 1);
  });
});

test('a plan that fills a cap keeps it filled', () => {
  const week = threeFactories({ dayShare: [1], caps: [Infinity, 100, Infinity], boxesSd: 0.2 });
  const boxes = simulateOrders(week, options);
  let room = 100;
  const factory = Uint8Array.from({ length: boxes.count }, (_, box) => {
    const recipes = boxes.recipe.subarray(boxes.recipeStart[box], boxes.recipeStart[box + 1]);
    return recipes.every((r) => (week.carriedBy[r] & 2) !== 0) && room-- > 0 ? 1 : 2;
  });
  const counts = simulateScenarios(week, {
    ...options,
    preference: preferenceOf(week, [{ boxes, factory }]),
  });
  expect(new Set(counts.boxes.subarray(200, 400))).toEqual(new Set([100]));
});

describe('quantiles', () => {
  test('are the smallest value that so many scenarios do not exceed', () => {
    const values = Uint32Array.from([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 50]);
    const { p10, p50, p90, mean } = quantilesOf(values, 10);
    expect([Array.from(p10), Array.from(p50), Array.from(p90)]).toEqual([
      [1, 0],
      [5, 0],
      [9, 0],
    ]);
    expect(Array.from(mean)).toEqual([5.5, 5]);
  });

  test('of SKUs are those of the exploded totals', () => {
    const bill = (r: number, s: number): [number, number][] => [
      [r % 5, 1 + s],
      [5, 2],
    ];
    const week = threeFactories({ skus: 7, bill, caps: [50, 400, Infinity] });
    const counts = simulateScenarios(week, { ...options, scenarios: 30 });
    const { sku } = forecastIntervals(week, counts);
    for (let place = 0; place < 9; place++) {
      const expected = new Uint32Array(7 * 30);
      for (let row = 0; row < 40; row++)
        for (const [s, packs] of bill(Math.floor(row / 2), row % 2))
          for (let scenario = 0; scenario < 30; scenario++)
            expected[s * 30 + scenario] += packs * counts.recipe[(place * 40 + row) * 30 + scenario];
      expect(Uint32Array.from(skuTotals(week, counts, place))).toEqual(expected);
      const quantiles = quantilesOf(expected, 30);
      expect(sku.p90.subarray(place * 7, (place + 1) * 7)).toEqual(quantiles.p90);
      expect(sku.p10.every((p10, i) => p10 <= sku.p50[i] && sku.p50[i] <= sku.p90[i])).toBe(true);
    }
  });

  test('need a scenario', () => {
    expect(() => quantilesOf(new Uint32Array(0), 0)).toThrow(RangeError);
  });

  test('cover 80% of weeks drawn the same way', () => {
    const week = threeFactories({ caps: [50, 400, Infinity] });
    const { sku } = forecastIntervals(week, simulateScenarios(week, options));
    const actual = simulateScenarios(week, { ...options, seed: 99, scenarios: 40 });
    let within = 0;
    let all = 0;
    for (let place = 0; place < 9; place++) {
      const totals = skuTotals(week, actual, place);
      for (let i = 0; i < totals.length; i++) {
        const cell = place * 20 + Math.floor(i / 40);
        // Small counts have wide steps; the interval's ends then hold more than a tenth each.
        if (sku.p50[cell] < 100) continue;
        all++;
        if (totals[i] >= sku.p10[cell] && totals[i] <= sku.p90[cell]) within++;
      }
    }
    expect(within / all).toBeGreaterThan(0.75);
    expect(within / all).toBeLessThan(0.87);
  });

  test('say how often a cap is passed', () => {
    const week = threeFactories({
      dayShare: [1],
      factories: ['at_most'],
      carriedBy: nested(20).map(() => 1),
      caps: [3_000],
    });
    const { overCap, unallocated, wanted } = forecastIntervals(week, simulateScenarios(week, options));
    expect(overCap[0]).toBeGreaterThan(0.35);
    expect(overCap[0]).toBeLessThan(0.65);
    expect(wanted.p90[0] - 3_000).toBe(unallocated.p90[0]);
  });
});
