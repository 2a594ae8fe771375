/** `summary.json`: how every week stands, its totals, and what deserves a planner's eye. */
import type { SiteCounts, SiteForecast } from '../domain/forecast/site-forecast.ts';
import type { RevisionRecord, RunRecord, PreviousForecast } from '../pipeline/table/records.ts';
import { UNKNOWN } from '../domain/forecast/compare.ts';
import type { Alert } from './alerts/alert.ts';
import { alertsOf } from './alerts/alerts.ts';
import { largestFirst, MAX_TOP_CHANGES, weekChanges, type WeekChange } from './changes.ts';
import type { Correction } from './correction.ts';
import type { LoadedWeek, RevisionParts } from './loaded-week.ts';
import type { Thresholds } from './alerts/thresholds.ts';

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
  /** What this week is compared with; null where nothing was published for it before. */
  readonly previous: PreviousRevision | null;
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
  /** Boxes now less `previous_boxes`, on the same dates; null without a last forecast. */
  readonly delta_boxes: number | null;
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
  /** What changed against the revision before; null for the first. */
  readonly corrects: Correction | null;
  readonly generated_at: string;
  /** ISO instant: when the inputs were read, the week read first counts; else `generated_at`. */
  readonly data_as_of: string;
  /** What this revision is compared with, the newest where its weeks differ; null: nothing was published before. */
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

export interface SummaryParts extends RevisionParts {
  readonly corrects: Correction | undefined;
  readonly thresholds: Thresholds;
}

/** A revision as `summary.json` says it. */
export function summarise(parts: SummaryParts): Summary {
  const { run, record, basis, weeks, corrects, thresholds } = parts;
  const summaries = weeks.map(summariseWeek);
  const total = (key: 'boxes' | 'placed' | 'simulated' | 'unallocated') =>
    summaries.reduce((sum, week) => sum + (week[key] ?? 0), 0);
  const changes = weeks.flatMap(({ result, comparison }) =>
    result && comparison ? weekChanges(result.forecast, comparison) : [],
  );
  const dataAsOf = basis.inputsReadAt ?? record.createdAt;
  return {
    run_id: run.runId,
    revision: record.revision,
    status: record.status,
    kind: run.kind,
    label: run.label ?? null,
    correction: record.correction ?? null,
    corrects: corrects ?? null,
    generated_at: record.createdAt,
    data_as_of: dataAsOf,
    previous: newestOf(weeks),
    weeks: summaries,
    totals: {
      boxes: total('boxes'),
      placed: total('placed'),
      simulated: total('simulated'),
      unallocated: total('unallocated'),
    },
    ...wmape(weeks),
    sites: weeks.flatMap(sitesOf),
    alerts: alertsOf(weeks, { thresholds, runStartedAt: run.startedAt, dataAsOf, generatedAt: record.createdAt }),
    top_changes: largestFirst(changes, thresholds).slice(0, MAX_TOP_CHANGES),
  };
}

function newestOf(weeks: readonly LoadedWeek[]): PreviousRevision | null {
  const known = weeks.flatMap(({ previous }) => (previous ? [previous] : []));
  const newest = known.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1)).at(0);
  return newest ? previousOf(newest) : null;
}

function previousOf({ runId, revision, publishedAt }: PreviousForecast): PreviousRevision {
  return { run_id: runId, revision, ...(publishedAt === undefined ? {} : { published_at: publishedAt }) };
}

function summariseWeek(loaded: LoadedWeek): WeekSummary {
  const { week, attempt, result, failure, previous } = loaded;
  if (!result) {
    const unknown = { boxes: null, placed: null, simulated: null, unallocated: null };
    const reason = failure ? { error: failure.error, message: failure.message } : null;
    return { menu_week: week, status: 'FAILED', attempt, ...unknown, ...wmape([]), failure: reason, previous: null };
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
    ...wmape([loaded]),
    failure: null,
    previous: previous ? previousOf(previous) : null,
  };
}

/** Of the dates that both forecasts have; the others say nothing about stability. */
function wmape(weeks: readonly LoadedWeek[]): Pick<Summary, 'wmape_site' | 'wmape_global'> {
  const known = weeks.flatMap(({ comparison }) => (comparison ? [comparison.stability] : []));
  const items = sum(known.map((week) => week.items));
  if (items === 0) return { wmape_site: null, wmape_global: null };
  const ratio = (change: number) => Number((change / items).toFixed(6));
  return {
    wmape_site: ratio(sum(known.map(({ site }) => site))),
    wmape_global: ratio(sum(known.map(({ global }) => global))),
  };
}

function sitesOf({ result, comparison }: LoadedWeek): SiteSummary[] {
  if (!result) return [];
  const { forecast } = result;
  const { days, factories, menuWeek } = forecast;
  return factories.map(({ id, name }, f) => {
    const cells = days.map((_, d) => d * factories.length + f);
    const placed = sum(cells.map((cell) => forecast.placed.boxes[cell]));
    const simulated = sum(cells.map((cell) => forecast.simulated.boxes[cell]));
    const boxes = placed + simulated;
    const compared = cells.filter((cell) => comparison && comparison.previousBoxes[cell] !== UNKNOWN);
    const before = sum(compared.map((cell) => comparison?.previousBoxes[cell] ?? 0));
    const same = sum(compared.map((cell) => forecast.placed.boxes[cell] + forecast.simulated.boxes[cell]));
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
      previous_boxes: compared.length === 0 ? null : before,
      delta_boxes: compared.length === 0 ? null : same - before,
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

/** By how many boxes the P90 of what would come without the cap goes over it; undefined without a cap. */
export function p90OverCap({ caps, intervals }: SiteForecast, cell: number): number | undefined {
  return Number.isFinite(caps[cell]) ? Math.max(0, intervals.wanted.p90[cell] - caps[cell]) : undefined;
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
