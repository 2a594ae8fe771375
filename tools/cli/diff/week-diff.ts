/** Two forecasts of a week side by side, by factory and SKU: what `larder diff` reports. */
import { compareForecasts, layoutOf, type ChangeCategory, type Item } from '../../../shared/domain/forecast/compare.ts';
import type { SiteForecast } from '../../../shared/domain/forecast/site-forecast.ts';

/** A and B and how far B is from A; packs (sums of P50) or boxes. */
export interface Pair {
  readonly a: number;
  readonly b: number;
  readonly delta: number;
  /** Percent of A; null where A is 0. */
  readonly delta_pct: number | null;
}

/** A factory over the compared dates of a week. */
export interface FactoryDiff {
  readonly factory: string;
  readonly name: string;
  readonly boxes: Pair;
  readonly packs: Pair;
}

/** An ingredient at a factory over the compared dates of a week. */
export interface SkuDiff {
  readonly menu_week: string;
  readonly factory: string;
  readonly sku: string;
  readonly name: string;
  readonly unit: string;
  /** new: A needs it in no factory; dropped: B does not. */
  readonly category: ChangeCategory;
  readonly packs: Pair;
}

/** A week on the dates that both revisions forecast. */
export interface WeekDiff {
  readonly menu_week: string;
  /** Not compared: the other has no such date. */
  readonly dates_only_in_a: readonly string[];
  readonly dates_only_in_b: readonly string[];
  readonly boxes: Pair;
  readonly packs: Pair;
  readonly factories: readonly FactoryDiff[];
  /** Those that differ, the largest first. */
  readonly skus: readonly SkuDiff[];
}

/** A and B as a pair, with their difference. */
export function pair(a: number, b: number): Pair {
  return { a, b, delta: b - a, delta_pct: a === 0 ? null : Number(((100 * (b - a)) / a).toFixed(2)) };
}

/** Largest |delta| first; equal ones by id, so that the order is always the same. */
export function bySize(a: SkuDiff, b: SkuDiff): number {
  const text = (diff: SkuDiff) => `${diff.menu_week}\n${diff.factory}\n${diff.sku}`;
  return Math.abs(b.packs.delta) - Math.abs(a.packs.delta) || (text(a) < text(b) ? -1 : 1);
}

/** Compares two forecasts of the same week on the dates that both have. */
export function diffWeek(a: SiteForecast, b: SiteForecast): WeekDiff {
  const dates = a.days.filter((day) => b.days.includes(day));
  const { categories, names } = goods(a, b);
  const inA = needsOf(a, dates);
  const inB = needsOf(b, dates);
  const factories = [...new Map([...a.factories, ...b.factories].map(({ id, name }) => [id as string, name]))];
  const skus = [...new Set([...inA.packs.keys(), ...inB.packs.keys()])].flatMap((key): SkuDiff[] => {
    const packs = pair(inA.packs.get(key) ?? 0, inB.packs.get(key) ?? 0);
    if (packs.delta === 0) return [];
    const [factory, sku] = key.split('\n');
    const { name = '', unit = '' } = names.get(sku) ?? {};
    const category = categories.get(sku) ?? 'changed';
    return [{ menu_week: b.menuWeek, factory, sku, name, unit, category, packs }];
  });
  const sum = (needs: Needs, key: 'boxesOf' | 'packsOf') => [...needs[key].values()].reduce((x, y) => x + y, 0);
  return {
    menu_week: b.menuWeek,
    dates_only_in_a: a.days.filter((day) => !dates.includes(day)),
    dates_only_in_b: b.days.filter((day) => !dates.includes(day)),
    boxes: pair(sum(inA, 'boxesOf'), sum(inB, 'boxesOf')),
    packs: pair(sum(inA, 'packsOf'), sum(inB, 'packsOf')),
    factories: factories.map(([factory, name]) => ({
      factory,
      name,
      boxes: pair(inA.boxesOf.get(factory) ?? 0, inB.boxesOf.get(factory) ?? 0),
      packs: pair(inA.packsOf.get(factory) ?? 0, inB.packsOf.get(factory) ?? 0),
    })),
    skus: skus.sort(bySize),
  };
}

function goods(a: SiteForecast, b: SiteForecast) {
  const { category, gone } = compareForecasts(b, a).items.ingredient;
  const names = new Map<string, Item>([...a.skus, ...b.skus].map((item) => [item.id, item]));
  const categories = new Map<string, ChangeCategory>();
  for (const cell of gone) categories.set(cell.item.id, cell.category);
  b.skus.forEach(({ id }, s) => categories.set(id, category[s]));
  return { categories, names };
}

interface Needs {
  /** Factory and SKU, a line each → packs. */
  readonly packs: ReadonlyMap<string, number>;
  readonly packsOf: ReadonlyMap<string, number>;
  readonly boxesOf: ReadonlyMap<string, number>;
}

function needsOf(forecast: SiteForecast, dates: readonly string[]): Needs {
  const { quantiles, items } = layoutOf(forecast, 'ingredient');
  const packs = new Map<string, number>();
  const packsOf = new Map<string, number>();
  const boxesOf = new Map<string, number>();
  const add = (map: Map<string, number>, key: string, value: number) => map.set(key, (map.get(key) ?? 0) + value);
  forecast.days.forEach((day, d) => {
    if (!dates.includes(day)) return;
    forecast.factories.forEach(({ id }, f) => {
      const cell = d * forecast.factories.length + f;
      add(boxesOf, id, forecast.placed.boxes[cell] + forecast.simulated.boxes[cell]);
      items.forEach((item, i) => {
        const p50 = quantiles.p50[cell * items.length + i];
        if (p50 === 0) return;
        add(packs, `${id}\n${item.id}`, p50);
        add(packsOf, id, p50);
      });
    });
  });
  return { packs, packsOf, boxesOf };
}
