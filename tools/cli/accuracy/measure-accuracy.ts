/** Published forecasts held against what was really needed. */
import { AccuracySum, type Accuracy } from '../../../shared/domain/forecast/accuracy.ts';
import { layoutOf } from '../../../shared/domain/forecast/compare.ts';
import type { SiteForecast } from '../../../shared/domain/forecast/site-forecast.ts';
import { weekOfDate, weeksBetween } from '../../../shared/domain/iso-week.ts';
import type { MenuWeek } from '../../../shared/domain/model.ts';
import type { ArtifactRef } from '../../../shared/pipeline/table/records.ts';
import { UsageError } from '../errors.ts';
import { findRevision, readForecast, type ForecastSource } from '../published-forecasts.ts';
import type { Actual } from './actuals.ts';

/** Accuracy of the forecasts in a file of actuals. */
export interface AccuracyReport {
  readonly total: Accuracy;
  readonly weeks: readonly (Accuracy & WeekSource)[];
  readonly factories: readonly (Accuracy & { readonly factory: string })[];
  /** By the category of `skus.csv`; null: it has none. */
  readonly classes: readonly (Accuracy & { readonly category: string | null })[];
  /** Rows left out: no forecast of their week was published, or it does not deliver on their date. */
  readonly rows_without_forecast: number;
  readonly weeks_without_forecast: readonly string[];
}

/** The forecast that a week is measured by. */
interface WeekSource {
  readonly menu_week: string;
  readonly run_id: string;
  readonly revision: number;
  /** Calendar weeks from the run's start to the menu week. */
  readonly weeks_ahead: number;
}

type Found = WeekSource & { readonly artifact: ArtifactRef };

/** Where a week's forecast lies: in the given revision, or in what was last published for it. */
async function forecastFinder(
  source: ForecastSource,
  run: string | undefined,
): Promise<(week: MenuWeek) => Promise<Found | undefined>> {
  const own = run === undefined ? undefined : await findRevision(source, run);
  return async (week) => {
    const artifact = own?.weeks.find((one) => one.week === week)?.artifact;
    const found = own
      ? artifact && { ...own.run, revision: own.revision, artifact }
      : await source.store.publishedWeek(week);
    if (!found) return undefined;
    const weeks_ahead = weeksBetween(weekOfDate(found.startedAt.slice(0, 10)), week);
    return { menu_week: week, run_id: found.runId, revision: found.revision, artifact: found.artifact, weeks_ahead };
  };
}

/**
 * Measures the forecast of every week that the actuals name.
 *
 * @param run a run or `RUN/r2`; undefined: the last published forecast of every week
 * @throws UsageError where none of the weeks has a published forecast, or there is no such run or revision
 */
export async function measureAccuracy(
  source: ForecastSource,
  actuals: readonly Actual[],
  run: string | undefined,
): Promise<AccuracyReport> {
  const find = await forecastFinder(source, run);
  const weeks = [...new Set(actuals.map(({ menu_week }) => menu_week))].sort() as MenuWeek[];
  const total = new AccuracySum();
  const factories = new Groups<string>();
  const classes = new Groups<string | null>();
  const measured: (Accuracy & WeekSource)[] = [];
  const missing: string[] = [];
  let leftOut = 0;
  for (const week of weeks) {
    const rows = actuals.filter((row) => row.menu_week === week);
    const found = await find(week);
    if (!found) {
      missing.push(week);
      leftOut += rows.length;
      continue;
    }
    const { artifact, ...weekSource } = found;
    const ofWeek = new AccuracySum();
    const forecast = await readForecast(source, artifact);
    leftOut += rows.filter((row) => !forecast.days.some((day) => day === row.delivery_date)).length;
    for (const { factory, category, ...outcome } of outcomes(forecast, rows)) {
      for (const sum of [total, ofWeek, factories.of(factory), classes.of(category)]) sum.add(outcome);
    }
    measured.push({ ...weekSource, ...ofWeek.result() });
  }
  if (measured.length === 0) {
    throw new UsageError(`No forecast is published for ${missing.join(', ') || 'any week of the file'}.`);
  }
  return {
    total: total.result(),
    weeks: measured,
    factories: factories.results().map(([factory, result]) => ({ factory, ...result })),
    classes: classes.results().map(([category, result]) => ({ category, ...result })),
    rows_without_forecast: leftOut,
    weeks_without_forecast: missing,
  };
}

class Groups<K extends string | null> {
  private readonly sums = new Map<K, AccuracySum>();

  of(key: K): AccuracySum {
    const sum = this.sums.get(key) ?? new AccuracySum();
    this.sums.set(key, sum);
    return sum;
  }

  /** In the order of their names, the nameless last. */
  results(): [K, Accuracy][] {
    const name = (key: K) => key ?? '\uffff';
    const sorted = [...this.sums].sort(([a], [b]) => (name(a) < name(b) ? -1 : 1));
    return sorted.map(([key, sum]) => [key, sum.result()]);
  }
}

/**
 * Every SKU that was forecast or needed at a factory on a day for which the actuals have any row: there, a SKU
 * without one was not needed. Several rows of one SKU add up.
 */
function* outcomes(forecast: SiteForecast, rows: readonly Actual[]) {
  const places = new Map<string, Map<string, number>>();
  for (const { delivery_date, factory, sku, quantity } of rows) {
    const key = `${delivery_date}\n${factory}`;
    const needed = places.get(key) ?? new Map<string, number>();
    needed.set(sku, (needed.get(sku) ?? 0) + quantity);
    places.set(key, needed);
  }
  const { quantiles, isNeeded } = layoutOf(forecast, 'ingredient');
  const index = new Map(forecast.skus.map(({ id }, s) => [id as string, s]));
  for (const [key, needed] of places) {
    const [date, factory] = key.split('\n');
    const day = forecast.days.findIndex((one) => one === date);
    if (day < 0) continue;
    const site = forecast.factories.findIndex(({ id }) => id === factory);
    const from = (day * forecast.factories.length + site) * forecast.skus.length;
    for (const [s, { id, category = null }] of forecast.skus.entries()) {
      const actual = needed.get(id) ?? 0;
      const at = from + s;
      if (actual === 0 && (site < 0 || !isNeeded(at))) continue;
      const [p10, p50, p90] = site < 0 ? [0, 0, 0] : [quantiles.p10[at], quantiles.p50[at], quantiles.p90[at]];
      yield { factory, category, actual, p10, p50, p90 };
    }
    for (const [sku, actual] of needed) {
      if (!index.has(sku)) yield { factory, category: null, actual, p10: 0, p50: 0, p90: 0 };
    }
  }
}
