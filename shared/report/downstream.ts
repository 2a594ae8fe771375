/**
 * `forecast.jsonl` and `forecast.parquet`, for programs: one record for each run, revision, week, factory, delivery
 * date and SKU, the rows of `ingredients.csv` with numbers as numbers and names as they are.
 */
import type { RevisionRecord } from '../pipeline/table/records.ts';
import { needRows, type TableWeek } from './tables.ts';
import type { Thresholds } from './alerts/thresholds.ts';
import { TABLES, type TableRow } from './columns.ts';

/** Null: not known. It may have columns of other tables too, which are not written. */
export type ForecastRecord = TableRow<'ingredients'>;

export const RECORD_COLUMNS = TABLES.ingredients.columns;

/** The records of one week after the other, in the order of `ingredients.csv`. */
export function* forecastRecords(
  revision: Pick<RevisionRecord, 'runId' | 'revision'>,
  weeks: readonly TableWeek[],
  thresholds: Thresholds,
): Iterable<ForecastRecord> {
  for (const week of weeks) yield* needRows(revision, week, 'ingredient', thresholds);
}

/** Lines joined before they become bytes: one string cannot hold a long run. */
const LINES_PER_PART = 10_000;

/** One JSON object a line, every line ended. */
export function jsonLines(records: Iterable<ForecastRecord>): Buffer {
  const parts: Buffer[] = [];
  let lines: string[] = [];
  const flush = () => {
    parts.push(Buffer.from(lines.join('')));
    lines = [];
  };
  for (const record of records) {
    lines.push(jsonLine(record));
    if (lines.length === LINES_PER_PART) flush();
  }
  flush();
  return Buffer.concat(parts);
}

/** Put together by hand: JSON.stringify takes twice as long where it is told which columns. */
function jsonLine(record: ForecastRecord): string {
  let line = '';
  for (const name of RECORD_COLUMNS) line += `${line ? ',' : '{'}"${name}":${JSON.stringify(record[name])}`;
  return `${line}}\n`;
}
