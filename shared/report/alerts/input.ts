/** Alerts about what the forecast was made from. */
import type { AlertContext, CompleteWeek, SizedAlert } from './alert.ts';

const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** What was doubtful in a week's input, or assumed where it says nothing. */
export function inputAlerts({ week, result }: CompleteWeek): SizedAlert[] {
  return result.warnings.map(({ about, message }) => ({
    severity: 'warning',
    kind: about ?? 'input',
    menu_week: week,
    message,
    size: 0,
  }));
}

/** Signs that the inputs are older than they should be. What concerns the run as a whole is told once. */
export function staleAlerts(weeks: readonly CompleteWeek[], context: AlertContext): SizedAlert[] {
  if (weeks.length === 0) return [];
  const stale = (menu_week: string, message: string): SizedAlert => ({
    severity: 'warning',
    kind: 'stale_input',
    menu_week,
    message,
    size: 0,
  });
  return [
    ...readLongAgo(weeks, context, stale),
    ...sameOrders(weeks, context, stale),
    ...noOrders(weeks, context, stale),
    ...inThePast(weeks, context, stale),
  ];
}

type Stale = (menuWeek: string, message: string) => SizedAlert;

function readLongAgo(
  weeks: readonly CompleteWeek[],
  { thresholds, dataAsOf, generatedAt }: AlertContext,
  stale: Stale,
): SizedAlert[] {
  const hours = (Date.parse(generatedAt) - Date.parse(dataAsOf)) / HOUR_MS;
  if (hours <= thresholds.dataAgeHours) return [];
  return [stale(weeks[0].week, `the inputs were read ${hours.toFixed(0)} hours before this revision was made`)];
}

function sameOrders(
  weeks: readonly CompleteWeek[],
  { thresholds, dataAsOf }: AlertContext,
  stale: Stale,
): SizedAlert[] {
  for (const { week, result, previous, previousInputs } of weeks) {
    const { 'orders.csv': hash = '' } = result.inputSha256;
    if (!previous || hash === '' || previousInputs?.['orders.csv'] !== hash) continue;
    const hours = (Date.parse(dataAsOf) - Date.parse(previous.startedAt)) / HOUR_MS;
    if (hours <= thresholds.dataAgeHours) continue;
    return [
      stale(
        week,
        `orders.csv is the same, byte for byte, as ${hours.toFixed(0)} hours ago in run ${previous.runId}: has its export stopped?`,
      ),
    ];
  }
  return [];
}

function noOrders(
  weeks: readonly CompleteWeek[],
  { thresholds, runStartedAt }: AlertContext,
  stale: Stale,
): SizedAlert[] {
  return weeks.flatMap(({ week, result: { forecast, inputSha256 } }) => {
    const first = [...forecast.days].sort()[0];
    const days = (Date.parse(first) - Date.parse(runStartedAt.slice(0, 10))) / DAY_MS;
    const { boxes, unallocated } = forecast.placed;
    const isEmpty = boxes.every((count) => count === 0) && unallocated.every((count) => count === 0);
    if (!isEmpty || days < 0 || days > thresholds.ordersExpectedDays) return [];
    const missing = 'orders.csv' in inputSha256 ? '' : '; there is no orders.csv';
    return [stale(week, `no order is placed yet, ${days} days before the first delivery${missing}`)];
  });
}

function inThePast(weeks: readonly CompleteWeek[], { runStartedAt }: AlertContext, stale: Stale): SizedAlert[] {
  const today = runStartedAt.slice(0, 10);
  const past = weeks.filter(({ result }) => result.forecast.days.every((day) => day < today));
  if (past.length === 0) return [];
  const names = past.length === 1 ? past[0].week : `${past[0].week} to ${past[past.length - 1].week}`;
  return [stale(past[0].week, `${names}: every delivery was before the run was started`)];
}
