/** `summary.json`: how every week stands, its totals, and what deserves a planner's eye. */
import type { SiteCounts, SiteForecast } from '../../shared/domain/forecast';
import type { RevisionRecord, RunRecord } from '../../shared/pipeline/records';
import type { WeekChange } from './changes';
import type { LoadedWeek } from './load-weeks';

export type AlertKind =
  | 'week_failed'
  | 'unallocated'
  | 'exact_cap_not_met'
  | 'utilisation_high'
  | 'p90_over_cap'
  | 'catch_all_share_up'
  | 'no_open_factory'
  | 'missing_bill'
  | 'sku_change'
  | 'stale_input'
  | 'short_shelf_life'
  | 'input';

export interface Alert {
  readonly severity: 'error' | 'warning';
  readonly kind: AlertKind;
  readonly menu_week: string;
  readonly message: string;
  readonly factory?: string;
  readonly sku?: string;
}

export interface WeekSummary {
  readonly menu_week: string;
  readonly status: 'COMPLETE' | 'FAILED';
  readonly attempt: number;
  readonly boxes: number | null;
  readonly placed: number | null;
  readonly simulated: number | null;
  readonly unallocated: number | null;
  /** Σ|now − before| over recipes and factories, as a share of the items now; null without an earlier forecast. */
  readonly wmape_site: number | null;
  /** The same with factories apart: no routing can change less. */
  readonly wmape_global: number | null;
  readonly failure: { readonly error: string; readonly message: string } | null;
}

/** A factory's week. */
export interface SiteSummary {
  readonly menu_week: string;
  readonly factory: string;
  readonly name: string;
  readonly boxes: number;
  readonly placed: number;
  readonly simulated: number;
  /** Boxes of the last forecast on the delivery dates that both have; null without one. */
  readonly previous_boxes: number | null;
  /** Boxes a week; null where the factory has no cap on some day. */
  readonly cap: number | null;
  /** boxes / cap; null without a cap, or where it is 0. */
  readonly utilisation: number | null;
  /** By how many boxes the P90 of what would come without caps goes over them, days added up; 0 without a cap. */
  readonly p90_over_cap: number;
  readonly days: readonly SiteDay[];
}

export interface SiteDay {
  readonly delivery_date: string;
  readonly boxes: number;
  /** null: no cap. */
  readonly cap: number | null;
}

/** A revision that this one is compared with. */
export interface PreviousRevision {
  readonly run_id: string;
  readonly revision: number;
  /** ISO instant. */
  readonly published_at?: string;
}

export interface Summary {
  readonly run_id: string;
  readonly revision: number;
  readonly status: RevisionRecord['status'];
  readonly kind: RunRecord['kind'];
  readonly label: string | null;
  readonly correction: RevisionRecord['correction'] | null;
  readonly generated_at: string;
  /** ISO instant: when the inputs were read, the week read first counts; else `generated_at`. */
  readonly data_as_of: string;
  /** What this revision is compared with; null where nothing was published before. */
  readonly previous: PreviousRevision | null;
  readonly weeks: readonly WeekSummary[];
  readonly totals: {
    readonly boxes: number;
    readonly placed: number;
    readonly simulated: number;
    readonly unallocated: number;
  };
  readonly wmape_site: number | null;
  readonly wmape_global: number | null;
  readonly sites: readonly SiteSummary[];
  /** Worst first. */
  readonly alerts: readonly Alert[];
  /** The 20 largest changes of an ingredient's week. */
  readonly top_changes: readonly WeekChange[];
}

export function summarise(run: RunRecord, record: RevisionRecord, weeks: readonly LoadedWeek[]): Summary {
  const summaries = weeks.map(summariseWeek);
  const total = (key: 'boxes' | 'placed' | 'simulated' | 'unallocated') =>
    summaries.reduce((sum, week) => sum + (week[key] ?? 0), 0);
  const forecasts = weeks.flatMap(({ result }) => (result ? [result.forecast] : []));
  return {
    run_id: run.runId,
    revision: record.revision,
    status: record.status,
    kind: run.kind,
    label: run.label ?? null,
    correction: record.correction ?? null,
    generated_at: record.createdAt,
    data_as_of: record.createdAt,
    previous: null,
    weeks: summaries,
    totals: {
      boxes: total('boxes'),
      placed: total('placed'),
      simulated: total('simulated'),
      unallocated: total('unallocated'),
    },
    ...wmape(forecasts),
    sites: forecasts.flatMap(sitesOf),
    alerts: weeks.flatMap(alertsOf),
    top_changes: [],
  };
}

function summariseWeek({ week, attempt, result, failure }: LoadedWeek): WeekSummary {
  if (!result) {
    const unknown = { boxes: null, placed: null, simulated: null, unallocated: null };
    const reason = failure ? { error: failure.error, message: failure.message } : null;
    return { menu_week: week, status: 'FAILED', attempt, ...unknown, ...wmape([]), failure: reason };
  }
  const { forecast } = result;
  const placed = allBoxes(forecast.placed);
  const simulated = allBoxes(forecast.simulated);
  return {
    menu_week: week,
    status: 'COMPLETE',
    attempt,
    boxes: placed + simulated,
    placed,
    simulated,
    unallocated: sum(forecast.placed.unallocated) + sum(forecast.simulated.unallocated),
    ...wmape([forecast]),
    failure: null,
  };
}

/** Days that the last forecast did not have say nothing about stability. */
function wmape(forecasts: readonly SiteForecast[]): {
  wmape_site: number | null;
  wmape_global: number | null;
} {
  const days = forecasts.flatMap(({ routing }) => routing.filter((day) => day.globalChange !== undefined));
  const items = sum(days.map((day) => day.items));
  if (items === 0) return { wmape_site: null, wmape_global: null };
  const ratio = (change: number) => Number((change / items).toFixed(6));
  return {
    wmape_site: ratio(sum(days.map((day) => day.objective))),
    wmape_global: ratio(sum(days.map((day) => day.globalChange ?? 0))),
  };
}

function sitesOf(forecast: SiteForecast): SiteSummary[] {
  const { days, factories, menuWeek } = forecast;
  return factories.map(({ id, name }, f) => {
    const cells = days.map((_, d) => d * factories.length + f);
    const placed = sum(cells.map((cell) => forecast.placed.boxes[cell]));
    const simulated = sum(cells.map((cell) => forecast.simulated.boxes[cell]));
    const boxes = placed + simulated;
    const caps = sum(cells.map((cell) => forecast.caps[cell]));
    const cap = Number.isFinite(caps) ? caps : null;
    const utilisation = cap === null || cap === 0 ? null : Number((boxes / cap).toFixed(4));
    return {
      menu_week: menuWeek,
      factory: id,
      name,
      boxes,
      placed,
      simulated,
      previous_boxes: null,
      cap,
      utilisation,
      p90_over_cap: sum(cells.map((cell) => p90OverCap(forecast, cell) ?? 0)),
      days: cells.map((cell, d) => ({
        delivery_date: days[d],
        boxes: forecast.placed.boxes[cell] + forecast.simulated.boxes[cell],
        cap: Number.isFinite(forecast.caps[cell]) ? forecast.caps[cell] : null,
      })),
    };
  });
}

/** Boxes; undefined without a cap. */
export function p90OverCap({ caps, intervals }: SiteForecast, cell: number): number | undefined {
  return Number.isFinite(caps[cell]) ? Math.max(0, intervals.wanted.p90[cell] - caps[cell]) : undefined;
}

function alertsOf({ week, result, failure }: LoadedWeek): Alert[] {
  if (!result) {
    const reason = failure ? `${failure.error}: ${failure.message}` : 'no reason is known';
    return [{ severity: 'error', kind: 'week_failed', menu_week: week, message: reason }];
  }
  const { forecast, warnings } = result;
  const alerts: Alert[] = [];
  forecast.days.forEach((day, d) => {
    const left = forecast.placed.unallocated[d] + forecast.simulated.unallocated[d];
    if (left > 0) {
      const message = `${day}: ${left} boxes fit no factory (those that carry all of a box are full or closed)`;
      alerts.push({ severity: 'error', kind: 'unallocated', menu_week: week, message });
    }
    for (const { factory, missing } of forecast.routing[d].shortfalls) {
      const message = `${day}: ${forecast.factories[factory].name} is ${missing} boxes short of its exact cap`;
      alerts.push({ severity: 'warning', kind: 'exact_cap_not_met', menu_week: week, message });
    }
  });
  for (const message of warnings)
    alerts.push({ severity: 'warning', kind: 'input', menu_week: week, message });
  return alerts;
}

/** Every box, those that no factory could take among them. */
function allBoxes(counts: SiteCounts): number {
  return sum(counts.boxes) + sum(counts.unallocated);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
