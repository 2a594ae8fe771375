import { preferenceOf } from '../../../../shared/domain/scenarios/preference.ts';
import { forecastIntervals } from '../../../../shared/domain/scenarios/quantiles.ts';
import type { ScenarioCounts } from '../../../../shared/domain/scenarios/counts.ts';
import { simulateScenarios } from '../../../../shared/domain/scenarios/simulate-scenarios.ts';
import { simulateOrders } from '../../../../shared/domain/orders/simulate-orders.ts';
import { makeWeek, zipf } from '../weeks.ts';
import { column, countOf, meanOf, options, threeFactories, total } from './three-factories.ts';

test('every scenario adds up: places, recipes and what found no room', () => {
  const week = threeFactories({ caps: [20, 300, 900], mix: [[3, 0, 1]] });
  const counts = simulateScenarios(week, { ...options, scenarios: 20 });
  const boxes = Array.from({ length: 20 }, (_, s) => total(column(counts.boxes, 20, s)));
  for (let s = 0; s < 20; s++) {
    expect(total(column(counts.recipe, 20, s))).toBe(3 * boxes[s]);
    const unconstrained = total(column(counts.unconstrained, 20, s));
    expect(unconstrained).toBe(boxes[s] + total(column(counts.unallocated, 20, s)));
    column(counts.boxes, 20, s).forEach((count, place) => expect(count).toBeLessThanOrEqual(week.caps[place]));
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

test('without any uncertainty but the drawing, totals are multinomial', () => {
  const week = makeWeek({ boxes: 4_000, boxesSd: 0, dayShare: [0.25, 0.75], mix: [[2, 0, 1]], uptake: zipf(10, 0.5) });
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
  const counts = simulateScenarios(week, { ...options, preference: preferenceOf(week, [{ boxes, factory }]) });
  expect(new Set(counts.boxes.subarray(200, 400))).toEqual(new Set([100]));
});
