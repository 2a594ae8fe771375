import { compareForecasts } from '../../../../shared/domain/forecast/compare.ts';
import { forecastSites } from '../../../../shared/domain/forecast/forecast.ts';
import type { SiteForecast } from '../../../../shared/domain/forecast/site-forecast.ts';
import { simulateOrders } from '../../../../shared/domain/orders/simulate-orders.ts';
import { makeWeek, type WeekSettings } from '../weeks.ts';

const options = { seed: 3, constraints: {}, scenarios: 10 };

function forecastOf(settings: WeekSettings, previous?: SiteForecast): SiteForecast {
  const week = makeWeek({ factories: ['exact', 'at_most', 'at_most'], ...settings });
  return forecastSites(week, simulateOrders(week, options), { ...options, previous });
}

describe('two forecasts of a week', () => {
  it('differ in stability by what the router says that it changed, and that no plan could avoid', () => {
    const before = forecastOf({ caps: [60, 100, Infinity] });
    const now = forecastOf({ caps: [80, 40, Infinity], boxes: 1100 }, before);
    const { items, site, global } = compareForecasts(now, before).stability;
    const sum = (value: (day: SiteForecast['routing'][number]) => number) =>
      now.routing.reduce((total, day) => total + value(day), 0);
    expect(site).toBe(sum(({ objective }) => objective));
    expect(global).toBe(sum(({ globalChange = 0 }) => globalChange));
    expect(items).toBe(sum((day) => day.items));
    expect(global).toBeGreaterThan(0);
    expect(site).toBeGreaterThan(global);
  });

  it('differ in nothing where they are the same', () => {
    const forecast = forecastOf({ caps: [60, 100, Infinity] });
    const { isCommon, items, stability, previousBoxes } = compareForecasts(forecast, forecast);
    expect(isCommon).toEqual([true, true, true]);
    expect(stability).toMatchObject({ site: 0, global: 0 });
    for (const { gone, category } of Object.values(items)) {
      expect(gone).toEqual([]);
      expect(category.every((one) => one === 'changed')).toBe(true);
    }
    expect([...items.ingredient.previousP50]).toEqual([...forecast.intervals.sku.p50]);
    const boxes = forecast.placed.boxes.map((count, cell) => count + forecast.simulated.boxes[cell]);
    expect([...previousBoxes]).toEqual([...boxes]);
  });

  it('keep what a factory had that is gone', () => {
    const before = forecastOf({ caps: [60, 100, Infinity] });
    const now = forecastOf({ factories: ['at_most'] });
    const { gone } = compareForecasts(now, before).items.ingredient;
    const left = new Set(now.factories.map(({ id }) => id as string));
    expect(gone.length).toBeGreaterThan(0);
    expect(gone.every(({ factory, category }) => !left.has(factory) && category === 'changed')).toBe(true);
    let packs = 0;
    before.intervals.sku.p50.forEach((p50, at) => {
      const factory = Math.floor(at / before.skus.length) % before.factories.length;
      if (!left.has(before.factories[factory].id)) packs += p50;
    });
    expect(gone.reduce((sum, { previousP50 }) => sum + previousP50, 0)).toBe(packs);
  });
});
