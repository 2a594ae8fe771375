/** What deserves a planner's eye, by the thresholds of docs/alerts.md, worst first. */
import { CAPACITY_RULES } from './capacity.ts';
import { GOODS_RULES, shortShelfLife } from './goods.ts';
import { inputAlerts, staleAlerts } from './input.ts';
import type { LoadedWeek } from '../../../functions/publisher/load-weeks.ts';
import type { Thresholds } from './thresholds.ts';

/** Worst first, among those of the same severity. */
const KINDS = [
  'week_failed',
  'no_open_factory',
  'unallocated',
  'stale_input',
  'missing_bill',
  'exact_cap_not_met',
  'p90_over_cap',
  'utilisation_high',
  'catch_all_share_up',
  'sku_change',
  'input',
  'short_shelf_life',
] as const;
export type AlertKind = (typeof KINDS)[number];

export interface Alert {
  readonly severity: 'error' | 'warning';
  readonly kind: AlertKind;
  readonly menu_week: string;
  readonly message: string;
  readonly factory?: string;
  readonly sku?: string;
}

/** An alert with how bad it is, in boxes, packs or points: comparable within its kind. */
export interface SizedAlert extends Alert {
  readonly size: number;
}

/** A week that has a forecast. */
export type CompleteWeek = LoadedWeek & Required<Pick<LoadedWeek, 'result'>>;

/** What the rules measure against; instants are ISO. */
export interface AlertContext {
  readonly thresholds: Thresholds;
  readonly runStartedAt: string;
  /** When the inputs were read. */
  readonly dataAsOf: string;
  /** When the revision was made. */
  readonly generatedAt: string;
}

export type AlertRule = (week: CompleteWeek, context: AlertContext) => SizedAlert[];

/** Of a kind in a week so many are listed; the others are counted. */
const MOST_OF_A_KIND = 5;

/** Every alert of a revision, worst first. */
export function alertsOf(weeks: readonly LoadedWeek[], context: AlertContext): Alert[] {
  const complete = weeks.filter(isComplete);
  return worstFirst([
    ...weeks.flatMap(failedWeek),
    ...staleAlerts(complete, context),
    ...shortShelfLife(complete, context),
    ...complete.flatMap((week) =>
      [...CAPACITY_RULES, ...GOODS_RULES, inputAlerts].flatMap((rule) => rule(week, context)),
    ),
  ]);
}

function isComplete(week: LoadedWeek): week is CompleteWeek {
  return week.result !== undefined;
}

function failedWeek({ week, result, failure }: LoadedWeek): SizedAlert[] {
  if (result) return [];
  const message = failure ? `${failure.error}: ${failure.message}` : 'no reason is known';
  return [{ severity: 'error', kind: 'week_failed', menu_week: week, message, size: 0 }];
}

/** Errors before warnings, then by kind, then the largest. */
function worstFirst(alerts: readonly SizedAlert[]): Alert[] {
  const rank = ({ severity, kind }: Alert) => KINDS.indexOf(kind) + (severity === 'error' ? 0 : KINDS.length);
  return folded(alerts)
    .sort((a, b) => rank(a) - rank(b) || b.size - a.size)
    .map(({ size: _size, ...alert }) => alert);
}

/** Too many of a kind in a week become one line that counts the smaller ones. */
function folded(alerts: readonly SizedAlert[]): SizedAlert[] {
  const groups = new Map<string, SizedAlert[]>();
  for (const alert of alerts) {
    const key = `${alert.menu_week} ${alert.severity} ${alert.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), alert]);
  }
  return [...groups.values()].flatMap((group) => {
    const sorted = group.sort((a, b) => b.size - a.size);
    const { severity, kind, menu_week } = sorted[0];
    const more = sorted.length - MOST_OF_A_KIND;
    if (more <= 0) return sorted;
    const rest = { severity, kind, menu_week, message: `and ${more} more of this kind (${kind})`, size: -1 };
    return [...sorted.slice(0, MOST_OF_A_KIND), rest];
  });
}
