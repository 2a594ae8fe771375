/** What changed against the forecast that was published before: `changes.csv` and the top of the mail. */
import {
  KINDS,
  layoutOf,
  UNKNOWN,
  type ChangeCategory,
  type Item,
  type WeekComparison,
} from '../domain/forecast/compare.ts';
import type { SiteForecast } from '../domain/forecast/site-forecast.ts';
import type { PreviousForecast, RevisionRecord } from '../pipeline/table/records.ts';
import type { Thresholds } from './alerts/thresholds.ts';
import type { TableRow } from './columns.ts';

/** P50 before and now, as the columns say it. */
export interface Change {
  /** null for a new one. */
  readonly previous_p50: number | null;
  /** 0 for a dropped one. */
  readonly p50: number;
  readonly delta: number;
  /** delta / previous_p50, in percent; null for a new one, or where the P50 before was 0. */
  readonly delta_pct: number | null;
}

/**
 * A SKU's week in packs, over all its factories and the delivery dates that both forecasts have: sums of the P50
 * in `ingredients.csv`, so that both agree.
 */
export interface WeekChange extends Change {
  readonly menu_week: string;
  readonly sku: string;
  readonly name: string;
  readonly unit: string;
  readonly category: ChangeCategory;
}

/** Changes that the summary and the mail name. */
export const MAX_TOP_CHANGES = 20;

/** @param previous undefined: not there before */
export function changeOf(previous: number | undefined, p50: number): Change {
  const delta = p50 - (previous ?? 0);
  const delta_pct = previous ? Number(((100 * delta) / previous).toFixed(2)) : null;
  return { previous_p50: previous ?? null, p50, delta, delta_pct };
}

/** Both more than the percentage and at least the packs; new and dropped ones count as 100%. */
export function isLarge({ delta, delta_pct }: Change, { skuChangePercent, skuChangeMinPacks }: Thresholds): boolean {
  return Math.abs(delta) >= skuChangeMinPacks && Math.abs(delta_pct ?? 100) > skuChangePercent;
}

/**
 * Everything that is not as it was, by kind, then day, factory and thing; what is gone comes last of its kind.
 *
 * @param previous what `comparison` compares with
 */
export function* changeRows(
  { runId, revision }: Pick<RevisionRecord, 'runId' | 'revision'>,
  forecast: SiteForecast,
  comparison: WeekComparison,
  previous: PreviousForecast,
): Iterable<TableRow<'changes'>> {
  for (const kind of KINDS) {
    const { items, quantiles, isNeeded } = layoutOf(forecast, kind);
    const { p50 } = quantiles;
    const { previousP50, category, gone } = comparison.items[kind];
    const rowOf = (factory: string, day: string, item: Item, group: ChangeCategory, change: Change) => ({
      run_id: runId,
      revision,
      menu_week: forecast.menuWeek,
      factory,
      delivery_date: day,
      kind,
      id: item.id,
      name: item.name,
      unit: kind === 'ingredient' ? (item.unit ?? '') : '',
      portions: item.portions ?? null,
      category: group,
      previous_run_id: previous.runId,
      previous_revision: previous.revision,
      ...change,
    });
    for (let at = 0; at < p50.length; at++) {
      const item = at % items.length;
      const cell = (at - item) / items.length;
      const day = Math.floor(cell / forecast.factories.length);
      if (!comparison.isCommon[day]) continue;
      const isNew = previousP50[at] === UNKNOWN;
      if (isNew ? !isNeeded(at) : previousP50[at] === p50[at]) continue;
      const change = changeOf(isNew ? undefined : previousP50[at], p50[at]);
      const factory = forecast.factories[cell % forecast.factories.length].id;
      yield rowOf(factory, forecast.days[day], items[item], category[item], change);
    }
    for (const { factory, day, item, category: group, previousP50: before } of gone) {
      yield rowOf(factory, day, item, group, changeOf(before, 0));
    }
  }
}

/** Every SKU's week that is not as it was. */
export function weekChanges(forecast: SiteForecast, comparison: WeekComparison): WeekChange[] {
  const sums = new Map<string, { item: Item; category: ChangeCategory; before: number; now: number }>();
  const add = (item: Item, category: ChangeCategory, before: number, now: number) => {
    const sum = sums.get(item.id) ?? { item, category, before: 0, now: 0 };
    sums.set(item.id, { ...sum, before: sum.before + before, now: sum.now + now });
  };
  const { previousP50, category, gone } = comparison.items.ingredient;
  const { items, quantiles } = layoutOf(forecast, 'ingredient');
  const { p50 } = quantiles;
  const perDay = forecast.factories.length * items.length;
  for (let at = 0; at < p50.length; at++) {
    if (!comparison.isCommon[Math.floor(at / perDay)]) continue;
    const item = at % items.length;
    if (p50[at] > 0 || previousP50[at] > 0) add(items[item], category[item], Math.max(0, previousP50[at]), p50[at]);
  }
  for (const cell of gone) add(cell.item, cell.category, cell.previousP50, 0);
  return [...sums.values()]
    .filter(({ before, now }) => before !== now)
    .map(({ item, category: group, before, now }) => ({
      menu_week: forecast.menuWeek,
      sku: item.id,
      name: item.name,
      unit: item.unit ?? '',
      category: group,
      ...changeOf(group === 'new' ? undefined : before, now),
    }));
}

/** Large ones (over both thresholds) first, and among these, as among the others, the most packs. */
export function largestFirst(changes: readonly WeekChange[], thresholds: Thresholds): WeekChange[] {
  const place = (change: WeekChange) => Number(!isLarge(change, thresholds));
  return [...changes].sort(
    (a, b) =>
      place(a) - place(b) ||
      Math.abs(b.delta) - Math.abs(a.delta) ||
      compareText(a.menu_week, b.menu_week) ||
      compareText(a.sku, b.sku),
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
