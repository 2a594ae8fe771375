import { forecastSites } from '../../../../shared/domain/forecast/forecast.ts';
import type { SiteForecast } from '../../../../shared/domain/forecast/site-forecast.ts';
import type { Boxes, Week } from '../../../../shared/domain/model.ts';
import { simulateOrders } from '../../../../shared/domain/orders/simulate-orders.ts';
import { generateSample } from '../../../../tools/sample/sample.ts';
import { smallSample, spoil, weekOf, type Files } from '../../pipeline/inputs/files.ts';

const settings = { seed: 1, constraints: {}, scenarios: 40 };

function forecast(week: Week, previous?: SiteForecast): SiteForecast {
  return forecastSites(week, simulateOrders(week, settings), { ...settings, previous });
}

const total = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0);
const forecastOf = async (files: Files, previous?: SiteForecast) => {
  const week = await weekOf(files, '2026-W49');
  return { week, result: forecast(week, previous) };
};

/** The boxes but for the last few. */
function withoutLast(boxes: Boxes, last: number): Boxes {
  const count = boxes.count - last;
  return {
    ...boxes,
    count,
    recipeStart: boxes.recipeStart.slice(0, count + 1),
    recipe: boxes.recipe.slice(0, boxes.recipeStart[count]),
    productStart: boxes.productStart.slice(0, count + 1),
    product: boxes.product.slice(0, boxes.productStart[count]),
    units: boxes.units.slice(0, boxes.productStart[count]),
  };
}

describe('the forecast of a week', () => {
  it('places every expected box, within the caps', async () => {
    const { week, result } = await forecastOf(smallSample());
    expect(total(result.placed.boxes) + total(result.simulated.boxes)).toBe(week.boxes);
    result.caps.forEach((cap, site) => {
      expect(result.placed.boxes[site] + result.simulated.boxes[site]).toBeLessThanOrEqual(cap);
    });
  });

  it('gives every recipe its share of the picks, to within one box', async () => {
    const { week, result } = await forecastOf(smallSample());
    const picks = new Float64Array(week.recipes.length);
    const sizes = week.portionSizes.length;
    result.placed.recipeBoxes.forEach((placed, cell) => {
      picks[Math.floor(cell / sizes) % picks.length] += placed + result.simulated.recipeBoxes[cell];
    });
    picks.forEach((count, r) => expect(Math.abs(count - week.uptake[r] * total(picks))).toBeLessThanOrEqual(1));
  });

  it('explodes to the packs that a recount from the bills of materials gives', async () => {
    const { week, result } = await forecastOf(smallSample());
    const recount = new Int32Array(result.simulated.packs.length);
    const rows = week.recipes.length * week.portionSizes.length;
    result.simulated.recipeBoxes.forEach((boxes, cell) => {
      const { start, sku, packs } = week.billOfMaterials;
      const row = cell % rows;
      const site = Math.floor(cell / rows);
      for (let at = start[row]; at < start[row + 1]; at++)
        recount[site * week.skus.length + sku[at]] += boxes * packs[at];
    });
    expect(result.simulated.packs).toEqual(recount);
  });

  it('reports the boxes of a day that fit no factory, and loses none', async () => {
    let files = spoil(smallSample(), 'caps.csv', /WAR,2026-11-30,inf/, 'WAR,2026-11-30,1');
    files = spoil(files, 'caps.csv', /SPA,2026-11-30,\d+/, 'SPA,2026-11-30,0');
    const { week, result } = await forecastOf(files);
    const left = result.placed.unallocated[0] + result.simulated.unallocated[0];
    expect(left).toBeGreaterThan(0);
    expect(total(result.placed.boxes) + total(result.simulated.boxes) + left).toBe(week.boxes);
    expect(result.placed.boxes[1] + result.simulated.boxes[1]).toBe(0);
  });

  it('has intervals in order, around the central scenario, never below what is placed', async () => {
    const { result } = await forecastOf(smallSample());
    const pairs = [
      [result.intervals.sku, 'packs'],
      [result.intervals.recipe, 'recipeBoxes'],
      [result.intervals.product, 'productUnits'],
    ] as const;
    for (const [{ p10, p50, p90 }, key] of pairs) {
      p50.forEach((median, at) => {
        const placed = result.placed[key][at];
        const central = placed + result.simulated[key][at];
        expect(p10[at]).toBeGreaterThanOrEqual(placed);
        expect([p10[at], median, p90[at]]).toEqual([p10[at], median, p90[at]].sort((a, b) => a - b));
        expect(central).toBeGreaterThanOrEqual(p10[at]);
        expect(central).toBeLessThanOrEqual(p90[at]);
      });
    }
  });

  it('made again with nothing changed is the same, and changes nothing against the last', async () => {
    const first = (await forecastOf(smallSample())).result;
    const again = (await forecastOf(smallSample(), first)).result;
    expect(again.routing.map((day) => day.objective)).toEqual(first.days.map(() => 0));
    expect(again.simulated).toEqual(first.simulated);
    expect(again.intervals).toEqual(first.intervals);
  });

  it('changes by about as much as the uptake, and boxes are not reshuffled', async () => {
    const week = await weekOf(
      new Map(generateSample({ boxes: 8_000, weeks: 1, recipes: 30, factories: 3, seed: 7 })),
      '2026-W49',
    );
    const first = forecast(week);
    const uptake = Float64Array.from(week.uptake);
    uptake[3] -= 0.005;
    uptake[20] += 0.005;
    const { routing } = forecast({ ...week, uptake }, first);
    const change = total(routing.map((day) => day.objective)) / total(routing.map((day) => day.items));
    const global = total(routing.map((day) => day.globalChange ?? 0)) / total(routing.map((day) => day.items));
    expect(global).toBeGreaterThan(0.005);
    expect(global).toBeLessThan(0.02);
    expect(change).toBeLessThan(0.03);
  });

  it('keeps nearly all boxes where they were when a few orders more are placed', async () => {
    const sample = generateSample({ boxes: 8_000, weeks: 1, recipes: 30, factories: 3, seed: 7 });
    const week = await weekOf(sample, '2026-W49');
    const before = forecast({ ...week, placed: withoutLast(week.placed, 20) });
    const after = forecast(week, before);
    const items = total(after.routing.map((day) => day.items));
    expect(total(after.routing.map((day) => day.objective)) / items).toBeLessThan(0.03);
  });

  it('changes with the seed', async () => {
    const week = await weekOf(smallSample(), '2026-W49');
    const other = { ...settings, seed: 2 };
    const second = forecastSites(week, simulateOrders(week, other), other);
    expect(second.simulated.packs).not.toEqual(forecast(week).simulated.packs);
  });
});
