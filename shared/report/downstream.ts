/**
 * `forecast.jsonl` and `forecast.parquet`, for programs: one record for each run, revision, week, factory, delivery
 * date and SKU, the rows of `ingredients.csv` with numbers as numbers and names as they are.
 */
import type { RevisionRecord } from '../pipeline/table/records.ts';
import { needRows, type NeedRow, type TableWeek } from './tables.ts';
import type { Thresholds } from './alerts/thresholds.ts';

/** A record; null: not known. */
export interface ForecastRecord {
  readonly run_id: string;
  readonly revision: number;
  readonly menu_week: string;
  readonly factory: string;
  /** `YYYY-MM-DD` */
  readonly delivery_date: string;
  readonly sku: string;
  readonly name: string;
  readonly unit: string;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly mean: number;
  readonly placed_qty: number;
  readonly simulated_qty: number;
  readonly previous_p50: number | null;
  readonly delta: number | null;
  readonly delta_pct: number | null;
  readonly flag: string | null;
}

/** The records of one week after the other, in the order of `ingredients.csv`. */
export function* forecastRecords(
  { runId, revision }: Pick<RevisionRecord, 'runId' | 'revision'>,
  weeks: readonly TableWeek[],
  thresholds: Thresholds,
): Iterable<ForecastRecord> {
  for (const week of weeks) {
    for (const row of needRows(week, 'ingredient', thresholds)) {
      yield recordOf({ run_id: runId, revision, menu_week: week.forecast.menuWeek }, row);
    }
  }
}

/** Field by field: rest and spread take ten times as long, and there may be a million rows. */
function recordOf(
  run: Pick<ForecastRecord, 'run_id' | 'revision' | 'menu_week'>,
  row: NeedRow,
): ForecastRecord {
  const { id, name, unit = '' } = row.item;
  return {
    run_id: run.run_id,
    revision: run.revision,
    menu_week: run.menu_week,
    factory: row.factory,
    delivery_date: row.delivery_date,
    sku: id,
    name,
    unit,
    p10: row.p10,
    p50: row.p50,
    p90: row.p90,
    mean: row.mean,
    placed_qty: row.placed_qty,
    simulated_qty: row.simulated_qty,
    previous_p50: row.previous_p50,
    delta: row.delta,
    delta_pct: row.delta_pct,
    flag: row.flag === '' ? null : row.flag,
  };
}

/** Lines put together before they become bytes: one string cannot hold a long run. */
const LINES_AT_ONCE = 10_000;

/** One JSON object a line, every line ended. */
export function jsonLines(records: Iterable<ForecastRecord>): Buffer {
  const parts: Buffer[] = [];
  let lines: string[] = [];
  const flush = () => {
    parts.push(Buffer.from(lines.join('')));
    lines = [];
  };
  for (const record of records) {
    lines.push(`${JSON.stringify(record)}\n`);
    if (lines.length === LINES_AT_ONCE) flush();
  }
  flush();
  return Buffer.concat(parts);
}
