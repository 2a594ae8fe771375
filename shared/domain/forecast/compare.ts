/**
 * Two forecasts of the same menu week, held against each other: like with like, so only on the delivery dates
 * that both have. Things are matched by id (a recipe by id and portion size), factories by id.
 */
import type { SiteForecast } from './site-forecast.ts';
import type { DeliveryDate } from '../model.ts';
import { previousCounts } from './previous.ts';
import type { Quantiles } from '../scenarios/quantiles.ts';

export const KINDS = ['ingredient', 'product', 'recipe'] as const;
export type Kind = (typeof KINDS)[number];

/** new: on no date that both have in the forecast before; dropped: in no such date of this one. */
export type ChangeCategory = 'changed' | 'new' | 'dropped';

/** What a factory needs on a day: an ingredient, a product, or a recipe at a portion size. */
export interface Item {
  readonly id: string;
  readonly name: string;
  /** Of an ingredient. */
  readonly unit?: string;
  /** Of a recipe. */
  readonly portions?: number;
}

/** One kind of thing in a forecast; the arrays are [(day × factories + factory) × items + item]. */
export interface Layout {
  readonly items: readonly Item[];
  readonly quantiles: Quantiles;
  readonly placed: Int32Array;
  readonly simulated: Int32Array;
  /** Whether the forecast sees any need for it, in the central scenario or at P90. */
  readonly isNeeded: (at: number) => boolean;
}

/** Not known: the date, or the thing, was not in the forecast before. */
export const UNKNOWN = -1;

/** A place and thing of the forecast before that this one has no place for any more. */
export interface GoneCell {
  readonly day: DeliveryDate;
  readonly factory: string;
  readonly item: Item;
  readonly category: 'changed' | 'dropped';
  readonly previousP50: number;
}

export interface ItemComparison {
  /** [as the forecast's own arrays] P50 of the forecast before, or {@link UNKNOWN}. */
  readonly previousP50: Int32Array;
  /** [item] on the dates that both have. */
  readonly category: readonly ChangeCategory[];
  readonly gone: readonly GoneCell[];
}

export interface WeekComparison {
  /** [day] whether the forecast before has the date too. */
  readonly isCommon: readonly boolean[];
  readonly items: Readonly<Record<Kind, ItemComparison>>;
  /** [day × factories + factory] boxes of the forecast before, or {@link UNKNOWN}. */
  readonly previousBoxes: Int32Array;
  /** Boxes of the forecast before that any factory took, on the dates that both have. */
  readonly previousAllocated: number;
  /** Of these, those of its catch-all factory. */
  readonly previousCatchAll: number;
  readonly stability: Stability;
}

/** How much the boxes of the central scenario that hold a recipe moved, on the dates that both have. */
export interface Stability {
  /** Recipes in boxes now, a recipe counted once a box. */
  readonly items: number;
  /** Σ over recipes and factories |now − before|; what is gone from the menu leaves no trace. */
  readonly site: number;
  /** The same with factories apart. */
  readonly global: number;
}

/** Compares `now` with the forecast `before` of the same menu week. */
export function compareForecasts(now: SiteForecast, before: SiteForecast): WeekComparison {
  const dayBefore = now.days.map((day) => before.days.indexOf(day));
  const factoryBefore = now.factories.map(({ id }) => before.factories.findIndex((old) => old.id === id));
  const F = before.factories.length;
  const boxesAt = (cell: number) => before.placed.boxes[cell] + before.simulated.boxes[cell];
  const previousBoxes = new Int32Array(now.days.length * now.factories.length).fill(UNKNOWN);
  let previousAllocated = 0;
  let previousCatchAll = 0;
  dayBefore.forEach((old, d) => {
    if (old < 0) return;
    factoryBefore.forEach((f, index) => {
      previousBoxes[d * now.factories.length + index] = f < 0 ? 0 : boxesAt(old * F + f);
    });
    for (let f = 0; f < F; f++) previousAllocated += boxesAt(old * F + f);
    previousCatchAll += boxesAt(old * F + before.catchAll);
  });
  const compare = (kind: Kind) => compareItems(now, before, kind);
  return {
    isCommon: dayBefore.map((old) => old >= 0),
    items: { ingredient: compare('ingredient'), product: compare('product'), recipe: compare('recipe') },
    previousBoxes,
    previousAllocated,
    previousCatchAll,
    stability: stabilityOf(now, before),
  };
}

function stabilityOf(now: SiteForecast, before: SiteForecast): Stability {
  let [items, site, global] = [0, 0, 0];
  now.days.forEach((_, d) => {
    const previous = previousCounts(now, d, before);
    const present = previousCounts(now, d, now);
    if (!previous || !present) return;
    const F = now.factories.length;
    for (let r = 0; r < now.recipes.length; r++) {
      let total = 0;
      for (let f = 0; f < F; f++) {
        const change = present[r * F + f] - previous[r * F + f];
        items += present[r * F + f];
        site += Math.abs(change);
        total += change;
      }
      global += Math.abs(total);
    }
  });
  return { items, site, global };
}

/** One kind's items and numbers. */
export function layoutOf(forecast: SiteForecast, kind: Kind): Layout {
  const { placed, simulated, intervals } = forecast;
  switch (kind) {
    case 'ingredient':
      return layout(forecast.skus, intervals.sku, placed.packs, simulated.packs);
    case 'product':
      return layout(forecast.products, intervals.product, placed.productUnits, simulated.productUnits);
    case 'recipe': {
      const items = forecast.recipes.flatMap(({ id, name }) =>
        forecast.portionSizes.map((portions) => ({ id, name, portions })),
      );
      return layout(items, intervals.recipe, placed.recipeBoxes, simulated.recipeBoxes);
    }
  }
}

function layout(items: readonly Item[], quantiles: Quantiles, placed: Int32Array, simulated: Int32Array): Layout {
  const isNeeded = (at: number) => placed[at] + simulated[at] > 0 || quantiles.p90[at] > 0;
  return { items, quantiles, placed, simulated, isNeeded };
}

function keyOf({ id, portions }: Item): string {
  return portions === undefined ? id : `${id}\n${portions}`;
}

/** [item] whether it is needed on any of the days. */
function neededItems(forecast: SiteForecast, { items, isNeeded }: Layout, days: readonly number[]): boolean[] {
  const needed = items.map(() => false);
  for (const day of days) {
    for (let f = 0; f < forecast.factories.length; f++) {
      const from = (day * forecast.factories.length + f) * items.length;
      for (let i = 0; i < items.length; i++) needed[i] ||= isNeeded(from + i);
    }
  }
  return needed;
}

function compareItems(now: SiteForecast, before: SiteForecast, kind: Kind): ItemComparison {
  const present = layoutOf(now, kind);
  const past = layoutOf(before, kind);
  const indexOf = (items: readonly Item[]) => new Map(items.map((item, i) => [keyOf(item), i]));
  const pastIndex = indexOf(past.items);
  const common = now.days.flatMap((day, d) => {
    const old = before.days.indexOf(day);
    return old < 0 ? [] : [{ d, old }];
  });
  const days = { now: common.map(({ d }) => d), before: common.map(({ old }) => old) };
  const needed = { now: neededItems(now, present, days.now), before: neededItems(before, past, days.before) };
  const itemBefore = present.items.map((item) => pastIndex.get(keyOf(item)) ?? -1);
  const category = itemBefore.map((i, item): ChangeCategory => {
    const was = i >= 0 && needed.before[i];
    if (!was) return needed.now[item] ? 'new' : 'changed';
    return needed.now[item] ? 'changed' : 'dropped';
  });

  const previousP50 = new Int32Array(present.quantiles.p50.length).fill(UNKNOWN);
  const presentIndex = indexOf(present.items);
  const gone: GoneCell[] = [];
  for (const { d, old } of common) {
    now.factories.forEach(({ id }, f) => {
      const factory = before.factories.findIndex((other) => other.id === id);
      const from = (d * now.factories.length + f) * present.items.length;
      const fromOld = (old * before.factories.length + factory) * past.items.length;
      itemBefore.forEach((i, item) => {
        if (category[item] === 'new') return;
        previousP50[from + item] = factory < 0 || i < 0 ? 0 : past.quantiles.p50[fromOld + i];
      });
    });
    before.factories.forEach(({ id }, f) => {
      const isGone = !now.factories.some((other) => other.id === id);
      const from = (old * before.factories.length + f) * past.items.length;
      past.items.forEach((item, i) => {
        const here = presentIndex.get(keyOf(item));
        if (past.quantiles.p50[from + i] === 0 || (here !== undefined && !isGone)) return;
        const stays = here !== undefined && needed.now[here];
        gone.push({
          day: now.days[d],
          factory: id,
          item,
          category: stays ? 'changed' : 'dropped',
          previousP50: past.quantiles.p50[from + i],
        });
      });
    });
  }
  return { previousP50, category, gone };
}
