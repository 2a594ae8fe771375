/** Alerts about boxes and the factories that take them. */
import { factoriesWhere } from '../../domain/factory-mask.ts';
import { UNKNOWN } from '../../domain/forecast/compare.ts';
import type { SiteForecast } from '../../domain/forecast/site-forecast.ts';
import type { AlertContext, AlertRule, CompleteWeek, SizedAlert } from './alert.ts';

export const CAPACITY_RULES: readonly AlertRule[] = [
  withoutFactory,
  shortOfExactCap,
  utilisationHigh,
  p90OverCaps,
  catchAllShareUp,
];

/** Names listed before the rest is counted. */
const MAX_NAMES = 3;

function boxesAt({ placed, simulated }: SiteForecast, cell: number): number {
  return placed.boxes[cell] + simulated.boxes[cell];
}

function withoutFactory({ week, result: { forecast } }: CompleteWeek): SizedAlert[] {
  return forecast.days.flatMap((day, d): SizedAlert[] => {
    const left = forecast.placed.unallocated[d] + forecast.simulated.unallocated[d];
    if (left === 0) return [];
    const base = { severity: 'error', menu_week: week, size: left } as const;
    const open = forecast.factories.filter((_, f) => forecast.caps[d * forecast.factories.length + f] > 0);
    if (open.length === 0) {
      const message = `${day}: ${left} boxes, and no factory is open`;
      return [{ ...base, kind: 'no_open_factory', message }];
    }
    const stuck = recipesWithoutOpenFactory(forecast, d);
    if (stuck.length > 0) {
      const message = `${day}: ${left} boxes fit no factory; no open one carries ${listed(stuck)}`;
      return [{ ...base, kind: 'no_open_factory', message }];
    }
    const message = `${day}: ${left} boxes fit no factory (those that carry all of a box are full or closed)`;
    return [{ ...base, kind: 'unallocated', message }];
  });
}

function recipesWithoutOpenFactory({ recipes, carriedBy, factories, caps }: SiteForecast, d: number): string[] {
  const open = factoriesWhere(factories.length, (f) => caps[d * factories.length + f] > 0);
  return recipes.filter((_, r) => (carriedBy[r] & open) === 0).map(({ name }) => name);
}

function shortOfExactCap({ week, result: { forecast } }: CompleteWeek): SizedAlert[] {
  return forecast.factories.flatMap(({ id, name }, f) => {
    const days = forecast.routing.flatMap(({ shortfalls }, d) =>
      shortfalls
        .filter(({ factory, missing }) => factory === f && missing > 0)
        .map(({ missing }) => ({ day: forecast.days[d], boxes: missing })),
    );
    if (days.length === 0) return [];
    const { total, onDays } = daysInWords(days, forecast);
    const message = `${name} is ${total} boxes short of its exact cap ${onDays}`;
    return [{ severity: 'warning', kind: 'exact_cap_not_met', menu_week: week, factory: id, message, size: total }];
  });
}

/** Of a ceiling only: an exact cap is meant to be filled. */
function utilisationHigh({ week, result: { forecast } }: CompleteWeek, { thresholds }: AlertContext): SizedAlert[] {
  const { factories, caps } = forecast;
  return factories.flatMap(({ id, name, fill }, f) => {
    if (fill === 'exact') return [];
    const full = forecast.days.flatMap((day, d) => {
      const cell = d * factories.length + f;
      const share = boxesAt(forecast, cell) / caps[cell];
      return share >= thresholds.utilisation ? [{ day, share, boxes: boxesAt(forecast, cell), cap: caps[cell] }] : [];
    });
    if (full.length === 0) return [];
    const worst = full.reduce((a, b) => (b.share > a.share ? b : a));
    const percent = (100 * worst.share).toFixed(1);
    const least = (100 * thresholds.utilisation).toFixed(0);
    const days = full.length === 1 ? '' : `, and to ${least}% or more on ${full.length} of its days`;
    const message = `${name} is filled to ${percent}% of its cap on ${worst.day} (${worst.boxes} of ${worst.cap} boxes)${days}`;
    return [
      { severity: 'warning', kind: 'utilisation_high', menu_week: week, factory: id, message, size: worst.share },
    ];
  });
}

/** Of a ceiling only: an exact cap is filled by choice, whatever would come without it. */
function p90OverCaps({ week, result: { forecast } }: CompleteWeek): SizedAlert[] {
  const { factories, days, caps, intervals } = forecast;
  return factories.flatMap(({ id, name, fill }, f) => {
    if (fill === 'exact') return [];
    const over = days.flatMap((day, d) => {
      const cell = d * factories.length + f;
      const boxes = intervals.wanted.p90[cell] - caps[cell];
      return boxes > 0 ? [{ day, boxes }] : [];
    });
    if (over.length === 0) return [];
    const { total, onDays } = daysInWords(over, forecast);
    const message = `${name} may get ${total} boxes more than its caps at P90, ${onDays}; they would go elsewhere`;
    return [{ severity: 'warning', kind: 'p90_over_cap', menu_week: week, factory: id, message, size: total }];
  });
}

function catchAllShareUp(
  { week, result: { forecast }, comparison }: CompleteWeek,
  { thresholds }: AlertContext,
): SizedAlert[] {
  if (!comparison || comparison.previousAllocated === 0) return [];
  let all = 0;
  let own = 0;
  comparison.previousBoxes.forEach((before, cell) => {
    if (before === UNKNOWN) return;
    all += boxesAt(forecast, cell);
    if (cell % forecast.factories.length === forecast.catchAll) own += boxesAt(forecast, cell);
  });
  if (all === 0) return [];
  const before = (100 * comparison.previousCatchAll) / comparison.previousAllocated;
  const now = (100 * own) / all;
  if (now - before < thresholds.catchAllSharePoints) return [];
  const { id, name } = forecast.factories[forecast.catchAll];
  const message = `${name}, the catch-all, takes ${now.toFixed(1)}% of the boxes, ${before.toFixed(1)}% in the last forecast`;
  return [
    { severity: 'warning', kind: 'catch_all_share_up', menu_week: week, factory: id, message, size: now - before },
  ];
}

/** `on 2 of 7 days, most on 2026-12-01: 40` */
function daysInWords(
  days: readonly { readonly day: string; readonly boxes: number }[],
  forecast: SiteForecast,
): { total: number; onDays: string } {
  const total = days.reduce((sum, { boxes }) => sum + boxes, 0);
  const worst = days.reduce((a, b) => (b.boxes > a.boxes ? b : a));
  const onDays =
    days.length === 1
      ? `on ${worst.day}`
      : `on ${days.length} of ${forecast.days.length} days, most on ${worst.day}: ${worst.boxes}`;
  return { total, onDays };
}

function listed(names: readonly string[]): string {
  const more = names.length - MAX_NAMES;
  return more > 0 ? `${names.slice(0, MAX_NAMES).join(', ')} and ${more} more recipes` : names.join(', ');
}
