/** Alerts about ingredients. */
import { layoutOf } from '../../domain/forecast/compare.ts';
import type { AlertContext, AlertRule, CompleteWeek, SizedAlert } from './alert.ts';
import { isLarge, weekChanges, type WeekChange } from '../changes.ts';

export const GOODS_RULES: readonly AlertRule[] = [skuChanges];

const DAY_MS = 24 * 3600 * 1000;

function skuChanges({ result, comparison }: CompleteWeek, { thresholds }: AlertContext): SizedAlert[] {
  if (!comparison) return [];
  return weekChanges(result.forecast, comparison)
    .filter((change) => isLarge(change, thresholds))
    .map((change) => ({
      severity: 'warning',
      kind: 'sku_change',
      menu_week: change.menu_week,
      sku: change.sku,
      message: sentence(change),
      size: Math.abs(change.delta),
    }));
}

function sentence({ sku, name, category, previous_p50, p50, delta, delta_pct }: WeekChange): string {
  const what = `${name} (${sku})`;
  if (category === 'new') return `${what} is new: ${p50} packs`;
  if (category === 'dropped') return `${what} is dropped: ${previous_p50 ?? 0} packs in the last forecast`;
  const sign = delta > 0 ? '+' : '−';
  const percent = delta_pct === null ? '' : `, ${sign}${Math.abs(delta_pct).toFixed(0)}%`;
  return `${what}: ${p50} packs after ${previous_p50 ?? 0} in the last forecast (${sign}${Math.abs(delta)}${percent})`;
}

/** What cannot be bought on this forecast yet: it would not keep until its delivery. One alert for all weeks. */
export function shortShelfLife(weeks: readonly CompleteWeek[], { dataAsOf }: AlertContext): SizedAlert[] {
  const today = Date.parse(dataAsOf.slice(0, 10));
  const short = weeks.flatMap(({ week, result: { forecast } }) =>
    firstNeeds(forecast)
      .map(({ sku, day, packs }) => {
        const daysLeft = Math.round((Date.parse(day) - today) / DAY_MS);
        return { ...sku, week, packs, daysLeft };
      })
      .filter(({ shelfLifeDays, daysLeft }) => shelfLifeDays !== undefined && shelfLifeDays < daysLeft),
  );
  if (short.length === 0) return [];
  const largest = short.reduce((a, b) => (b.packs > a.packs ? b : a));
  const skus = new Set(short.map(({ id }) => id)).size;
  const [what, their] = skus === 1 ? ['ingredient', 'its'] : ['ingredients', 'their'];
  const [from, to] = [short[0].week, short[short.length - 1].week];
  const message =
    `${skus} ${what}${from === to ? '' : ` of ${from} to ${to}`} would not keep until ${their} delivery if bought today: order on a later forecast ` +
    `(most packs: ${largest.name} keeps ${largest.shelfLifeDays ?? 0} days, and is first delivered in ${largest.daysLeft})`;
  return [{ severity: 'warning', kind: 'short_shelf_life', menu_week: from, message, size: skus }];
}

/** Every ingredient's first delivery date of the week with a P50 above 0, and its packs of the week. */
function firstNeeds(forecast: CompleteWeek['result']['forecast']) {
  const { quantiles } = layoutOf(forecast, 'ingredient');
  const { skus, days, factories } = forecast;
  const needs = new Map<number, { readonly day: string; readonly packs: number }>();
  quantiles.p50.forEach((packs, at) => {
    if (packs === 0) return;
    const s = at % skus.length;
    const day = days[Math.floor(at / (skus.length * factories.length))];
    const known = needs.get(s) ?? { day, packs: 0 };
    needs.set(s, { day: day < known.day ? day : known.day, packs: known.packs + packs });
  });
  return [...needs].map(([s, need]) => ({ sku: skus[s], ...need }));
}
