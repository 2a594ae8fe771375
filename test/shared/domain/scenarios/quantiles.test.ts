/** What P10, P50 and P90 promise, held against weeks drawn from the same model. */
import { forecastIntervals, quantilesOf, skuTotals } from '../../../../shared/domain/scenarios/quantiles.ts';
import { simulateScenarios } from '../../../../shared/domain/scenarios/simulate-scenarios.ts';
import { makeWeek, zipf } from '../weeks.ts';
import { options as threeOptions, threeFactories } from './three-factories.ts';

const RECIPES = 20;
const week = makeWeek({
  boxes: 6_000,
  dayShare: [0.6, 0.4],
  uptake: zipf(RECIPES, 0.6),
  factories: ['exact', 'at_most', 'at_most'],
  carriedBy: Array.from({ length: RECIPES }, (_, r) => (r % 4 === 0 ? 7 : r % 2 ? 4 : 6)),
  caps: [100, 900, Infinity],
});
const options = { seed: 3, constraints: {}, scenarios: 200 };
const PLACES = 6;

/** Totals of a place, [sku × scenarios + scenario], in weeks of another seed. */
function weeks(scenarios: number) {
  const counts = simulateScenarios(week, { ...options, seed: 77, scenarios });
  return Array.from({ length: PLACES }, (_, place) => skuTotals(week, counts, place));
}

test('P10–P90 covers 80% of 500 weeks, for SKUs needed much and little', () => {
  const actual = weeks(500);
  // 2,000 scenarios, so that the ends of the interval have hardly any error of their own.
  const { sku } = forecastIntervals(week, simulateScenarios(week, { ...options, scenarios: 2000 }));
  const classes = [
    { from: 100, to: 400, within: 0, all: 0 },
    { from: 400, to: Infinity, within: 0, all: 0 },
  ];
  actual.forEach((totals, place) =>
    totals.forEach((packs, i) => {
      const cell = place * week.skus.length + Math.floor(i / 500);
      const kind = classes.find(({ from, to }) => sku.p50[cell] >= from && sku.p50[cell] < to);
      if (!kind) return;
      kind.all++;
      if (packs >= sku.p10[cell] && packs <= sku.p90[cell]) kind.within++;
    }),
  );
  for (const { within, all } of classes) {
    expect(all).toBeGreaterThan(3_000);
    expect(Math.abs(within / all - 0.8)).toBeLessThan(0.03);
  }
});

test('200 scenarios differ from 5,000 by what sampling theory says', () => {
  const few = forecastIntervals(week, simulateScenarios(week, options)).sku;
  const many = forecastIntervals(week, simulateScenarios(week, { ...options, seed: 8, scenarios: 5000 })).sku;
  // Of a normal total: the error of the q-quantile of n values is σ √(q(1 − q)/n) / φ(z_q).
  const errors = [0, 0, 0];
  let cells = 0;
  many.p50.forEach((median, cell) => {
    const sigma = (many.p90[cell] - many.p10[cell]) / (2 * 1.2816);
    if (median < 200 || sigma < 10) return;
    cells++;
    const tail = (sigma * Math.sqrt(0.09 * (1 / 200 + 1 / 5000))) / 0.1755;
    const middle = (sigma * Math.sqrt(0.25 * (1 / 200 + 1 / 5000))) / 0.3989;
    errors[0] += ((few.p10[cell] - many.p10[cell]) / tail) ** 2;
    errors[1] += ((few.p50[cell] - median) / middle) ** 2;
    errors[2] += ((few.p90[cell] - many.p90[cell]) / tail) ** 2;
  });
  expect(cells).toBeGreaterThan(20);
  // SKUs share the week's volume, so their errors go together: the mean square is 1 but for a factor.
  for (const error of errors) {
    expect(error / cells).toBeGreaterThan(0.2);
    expect(error / cells).toBeLessThan(3);
  }
});

test('no scenario is above a cap, and quantiles stand in order', () => {
  const counts = simulateScenarios(week, options);
  counts.boxes.forEach((boxes, i) => expect(boxes).toBeLessThanOrEqual(week.caps[Math.floor(i / options.scenarios)]));
  const { sku, recipe, product, boxes } = forecastIntervals(week, counts);
  for (const { p10, p50, p90 } of [sku, recipe, product, boxes])
    p50.forEach((median, i) => expect(p10[i] <= median && median <= p90[i]).toBe(true));
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
    const counts = simulateScenarios(week, { ...threeOptions, scenarios: 30 });
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
    const { sku } = forecastIntervals(week, simulateScenarios(week, threeOptions));
    const actual = simulateScenarios(week, { ...threeOptions, seed: 99, scenarios: 40 });
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
      carriedBy: Array.from({ length: 20 }, () => 1),
      caps: [3_000],
    });
    const { overCap, unallocated, wanted } = forecastIntervals(week, simulateScenarios(week, threeOptions));
    expect(overCap[0]).toBeGreaterThan(0.35);
    expect(overCap[0]).toBeLessThan(0.65);
    expect(wanted.p90[0] - 3_000).toBe(unallocated.p90[0]);
  });
});
