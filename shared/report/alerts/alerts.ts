/** The alerts of a revision, by the thresholds of docs/alerts.md, worst first. */
import { CAPACITY_RULES } from './capacity.ts';
import { GOODS_RULES, shortShelfLife } from './goods.ts';
import { inputAlerts, staleAlerts } from './input.ts';
import type { LoadedWeek } from '../loaded-week.ts';
import { KINDS, type Alert, type AlertContext, type CompleteWeek, type SizedAlert } from './alert.ts';

/** Alerts of a kind in a week that are listed; the others are counted. */
const MAX_OF_A_KIND = 5;

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
    const more = sorted.length - MAX_OF_A_KIND;
    if (more <= 0) return sorted;
    const rest = { severity, kind, menu_week, message: `and ${more} more of this kind (${kind})`, size: -1 };
    return [...sorted.slice(0, MAX_OF_A_KIND), rest];
  });
}
