/** Alerts about ingredients. */
import { layoutOf } from '../../shared/domain/compare';
import type { AlertContext, AlertRule, CompleteWeek, SizedAlert } from './alerts';
import { isLarge, weekChanges, type WeekChange } from './changes';

export const GOODS_RULES: readonly AlertRule[] = [skuChanges, shortShelfLife];

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

/** What cannot be bought on this forecast yet: it would not keep until its first delivery. */
function shortShelfLife(
  { week, result: { forecast } }: CompleteWeek,
  { dataAsOf }: AlertContext,
): SizedAlert[] {
  const today = Date.parse(dataAsOf.slice(0, 10));
  const { items, quantities } = firstNeeds(forecast);
  const short = items
    .map(({ sku, day }) => ({ ...sku, daysLeft: Math.round((Date.parse(day) - today) / DAY_MS) }))
    .filter(({ shelfLifeDays, daysLeft }) => shelfLifeDays !== undefined && shelfLifeDays < daysLeft);
  if (short.length === 0) return [];
  const largest = short.reduce((a, b) => ((quantities.get(b.id) ?? 0) > (quantities.get(a.id) ?? 0) ? b : a));
  const example = `${largest.name} keeps ${largest.shelfLifeDays ?? 0} days, and is first delivered in ${largest.daysLeft}`;
  const [what, they] = short.length === 1 ? ['ingredient', 'its'] : ['ingredients', 'their'];
  const message = `${short.length} ${what} would not keep until ${they} first delivery if bought today (most packs: ${example})`;
  return [{ severity: 'warning', kind: 'short_shelf_life', menu_week: week, message, size: short.length }];
}

/** Every ingredient's first delivery date with a P50 above 0, and its packs of the week. */
function firstNeeds(forecast: CompleteWeek['result']['forecast']) {
  const { quantiles } = layoutOf(forecast, 'ingredient');
  const { skus, days, factories } = forecast;
  const first = new Map<number, string>();
  const quantities = new Map<string, number>();
  quantiles.p50.forEach((packs, at) => {
    if (packs === 0) return;
    const s = at % skus.length;
    const day = days[Math.floor(at / (skus.length * factories.length))];
    const earliest = first.get(s);
    if (earliest === undefined || day < earliest) first.set(s, day);
    quantities.set(skus[s].id, (quantities.get(skus[s].id) ?? 0) + packs);
  });
  const items = [...first].map(([s, day]) => ({ sku: skus[s], day }));
  return { items, quantities };
}
