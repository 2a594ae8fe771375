/** The rows of the published tables, and the CSV files: one week at a time, by factory within day. */
import { stringify } from 'csv-stringify/sync';
import { layoutOf, UNKNOWN, type Kind, type WeekComparison } from '../domain/forecast/compare.ts';
import type { SiteForecast } from '../domain/forecast/site-forecast.ts';
import type { RevisionRecord, PreviousForecast } from '../pipeline/table/records.ts';
import { changeOf, changeRows, isLarge } from './changes.ts';
import { p90OverCap } from './summary.ts';
import type { Thresholds } from './alerts/thresholds.ts';
import { COLUMNS, TABLES, type Column, type TableName, type TableRow, type Value } from './columns.ts';

type Cell = string | number;
type Revision = Pick<RevisionRecord, 'runId' | 'revision'>;

/** What the rows of a week are made from. */
export interface TableWeek {
  readonly forecast: SiteForecast;
  /** Both absent where nothing was published for the week before. */
  readonly comparison?: WeekComparison;
  readonly previous?: PreviousForecast;
}

/** What a factory needs of one thing on one delivery date; each of the three tables picks its own columns. */
export type NeedRow = TableRow<'ingredients' | 'products' | 'recipes'>;

/** Every thing of a kind that any factory may need. */
export function* needRows(
  { runId, revision }: Revision,
  { forecast, comparison }: TableWeek,
  kind: Kind,
  thresholds: Thresholds,
): Iterable<NeedRow> {
  const { items, quantiles, placed, simulated, isNeeded } = layoutOf(forecast, kind);
  const before = comparison?.items[kind];
  for (const { factory, day, cell } of siteDays(forecast)) {
    const isCommon = comparison?.isCommon[Math.floor(cell / forecast.factories.length)] === true;
    for (let i = 0; i < items.length; i++) {
      const at = cell * items.length + i;
      if (!isNeeded(at)) continue;
      const { id, name, unit = '', portions = null } = items[i];
      const p50 = quantiles.p50[at];
      const isNew = isCommon && before?.category[i] === 'new';
      const previous = before && before.previousP50[at] !== UNKNOWN ? before.previousP50[at] : undefined;
      const change = isCommon ? changeOf(previous, p50) : undefined;
      const flags = [
        ...(isNew ? ['new'] : []),
        ...(change && !isNew && isLarge(change, thresholds) ? ['large_change'] : []),
        ...(kind === 'recipe' && forecast.withoutBill[i] === 1 ? ['no_bill_of_materials'] : []),
      ];
      yield {
        run_id: runId,
        revision,
        menu_week: forecast.menuWeek,
        factory,
        delivery_date: day,
        sku: id,
        product_id: id,
        recipe_id: id,
        name,
        product_name: name,
        recipe_name: name,
        unit,
        portions,
        p10: quantiles.p10[at],
        p50,
        p90: quantiles.p90[at],
        mean: Number(quantiles.mean[at].toFixed(2)),
        placed_qty: placed[at],
        simulated_qty: simulated[at],
        previous_p50: change?.previous_p50 ?? null,
        delta: change?.delta ?? null,
        delta_pct: change?.delta_pct ?? null,
        flag: flags.join('|') || null,
      };
    }
  }
}

function* utilisationRows({ runId, revision }: Revision, { forecast }: TableWeek): Iterable<TableRow<'utilisation'>> {
  for (const { factory, day, cell } of siteDays(forecast)) {
    const cap = forecast.caps[cell];
    const placed = forecast.placed.boxes[cell];
    const simulated = forecast.simulated.boxes[cell];
    const boxes = placed + simulated;
    yield {
      run_id: runId,
      revision,
      menu_week: forecast.menuWeek,
      factory,
      delivery_date: day,
      cap,
      boxes,
      utilisation: Number.isFinite(cap) && cap > 0 ? boxes / cap : null,
      placed,
      simulated,
      p90_over_cap: p90OverCap(forecast, cell) ?? null,
    };
  }
}

const ROWS: {
  readonly [T in TableName]: (revision: Revision, week: TableWeek, thresholds: Thresholds) => Iterable<TableRow<T>>;
} = {
  ingredients: (revision, week, thresholds) => needRows(revision, week, 'ingredient', thresholds),
  products: (revision, week, thresholds) => needRows(revision, week, 'product', thresholds),
  recipes: (revision, week, thresholds) => needRows(revision, week, 'recipe', thresholds),
  utilisation: utilisationRows,
  changes: (revision, { forecast, comparison, previous }) =>
    comparison && previous ? changeRows(revision, forecast, comparison, previous) : [],
};

/** A published file: its header, then every week's rows. */
export function renderTable(
  name: TableName,
  revision: Revision,
  weeks: readonly TableWeek[],
  thresholds: Thresholds,
): Buffer {
  const parts = [Buffer.from(stringify([[...TABLES[name].columns]]))];
  for (const week of weeks) parts.push(Buffer.from(stringify([...csvRows(name, revision, [week], thresholds)])));
  return Buffer.concat(parts);
}

/** The rows of {@link renderTable} in the order of the table's columns, one at a time. */
export function* csvRows(
  name: TableName,
  revision: Revision,
  weeks: readonly TableWeek[],
  thresholds: Thresholds,
): Iterable<Cell[]> {
  const columns = TABLES[name].columns.map((column) => ({ column, ...(COLUMNS[column] as Column) }));
  for (const week of weeks) {
    const rows: Iterable<Readonly<Record<string, Value>>> = ROWS[name](revision, week, thresholds);
    for (const row of rows) yield columns.map((column) => csvCell(column, row[column.column]));
  }
}

function csvCell({ type, decimals }: Column, value: Value): Cell {
  // Not known: an empty cell, never a guess.
  if (value === null) return '';
  if (typeof value === 'string') return type === 'text' ? withoutFormula(value) : value;
  if (value === Infinity) return 'inf';
  return decimals === undefined ? value : value.toFixed(decimals);
}

/** A spreadsheet must not take a name or an id for a formula. */
function withoutFormula(value: string): string {
  return /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
}

function* siteDays({ days, factories }: SiteForecast) {
  for (let d = 0; d < days.length; d++) {
    for (let f = 0; f < factories.length; f++) {
      yield { factory: factories[f].id, day: days[d], cell: d * factories.length + f };
    }
  }
}
