/** The rows of the published CSV files (docs: the contract's section 3), one week at a time. */
import { stringify } from 'csv-stringify/sync';
import { layoutOf, UNKNOWN, type Item, type Kind, type WeekComparison } from '../domain/forecast/compare.ts';
import type { SiteForecast } from '../domain/forecast/site-forecast.ts';
import type { Baseline, RevisionRecord } from '../pipeline/table/records.ts';
import { changeOf, changeRows, isLarge } from './changes.ts';
import { p90OverCap } from './summary.ts';
import type { Thresholds } from './alerts/thresholds.ts';

type Cell = string | number;
type Row = readonly Cell[];

/** What the rows of a week are made from. */
export interface TableWeek {
  readonly forecast: SiteForecast;
  /** Absent where nothing was published for the week before. */
  readonly comparison?: WeekComparison;
  readonly baseline?: Baseline;
}

/** What a factory needs of one thing on one delivery date; null: not known. */
export interface NeedRow {
  readonly factory: string;
  readonly delivery_date: string;
  readonly item: Item;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly mean: number;
  readonly placed_qty: number;
  readonly simulated_qty: number;
  readonly previous_p50: number | null;
  readonly delta: number | null;
  /** Percent. */
  readonly delta_pct: number | null;
  /** Words joined by a bar; empty: nothing to say. */
  readonly flag: string;
}

const RUN = ['run_id', 'revision', 'menu_week', 'factory', 'delivery_date'] as const;
const QUANTITIES = ['p10', 'p50', 'p90', 'mean', 'placed_qty', 'simulated_qty'] as const;
const CHANGES = ['previous_p50', 'delta', 'delta_pct', 'flag'] as const;
/** Not known: an empty cell, never a guess. */
const EMPTY = '';

/** Every thing of a kind that any factory may need, by factory within day. */
export function* needRows(
  { forecast, comparison }: TableWeek,
  kind: Kind,
  thresholds: Thresholds,
): Iterable<NeedRow> {
  const { items, quantiles, placed, simulated, isNeeded } = layoutOf(forecast, kind);
  const before = comparison?.items[kind];
  for (const { factory, day, cell } of sites(forecast)) {
    const isCommon = comparison?.isCommon[Math.floor(cell / forecast.factories.length)] === true;
    for (let i = 0; i < items.length; i++) {
      const at = cell * items.length + i;
      if (!isNeeded(at)) continue;
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
        factory,
        delivery_date: day,
        item: items[i],
        p10: quantiles.p10[at],
        p50,
        p90: quantiles.p90[at],
        mean: Number(quantiles.mean[at].toFixed(2)),
        placed_qty: placed[at],
        simulated_qty: simulated[at],
        previous_p50: change?.previous_p50 ?? null,
        delta: change?.delta ?? null,
        delta_pct: change?.delta_pct ?? null,
        flag: flags.join('|'),
      };
    }
  }
}

interface TableDefinition {
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: (week: TableWeek, thresholds: Thresholds) => Iterable<Row>;
}

/** A table of needs: `named` gives the columns between the date and the quantities. */
function needs(
  file: string,
  kind: Kind,
  columns: readonly string[],
  named: (item: Item) => Row,
): TableDefinition {
  return {
    file,
    columns: [...RUN, ...columns, ...QUANTITIES, ...CHANGES],
    rows: function* (week, thresholds) {
      for (const row of needRows(week, kind, thresholds)) {
        yield [
          text(row.factory),
          row.delivery_date,
          ...named(row.item),
          row.p10,
          row.p50,
          row.p90,
          row.mean.toFixed(2),
          row.placed_qty,
          row.simulated_qty,
          row.previous_p50 ?? EMPTY,
          row.delta ?? EMPTY,
          row.delta_pct ?? EMPTY,
          row.flag,
        ];
      }
    },
  };
}

function* utilisation({ forecast }: TableWeek): Iterable<Row> {
  for (const { factory, day, cell } of sites(forecast)) {
    const cap = forecast.caps[cell];
    const placed = forecast.placed.boxes[cell];
    const simulated = forecast.simulated.boxes[cell];
    const boxes = placed + simulated;
    const share = Number.isFinite(cap) && cap > 0 ? (boxes / cap).toFixed(4) : EMPTY;
    const over = p90OverCap(forecast, cell) ?? EMPTY;
    yield [text(factory), day, Number.isFinite(cap) ? cap : 'inf', boxes, share, placed, simulated, over];
  }
}

function* changes({ forecast, comparison, baseline }: TableWeek): Iterable<Row> {
  if (!comparison || !baseline) return;
  for (const row of changeRows(forecast, comparison)) {
    yield [
      text(row.factory),
      row.delivery_date,
      row.kind,
      text(row.id),
      text(row.name),
      text(row.unit),
      row.portions ?? EMPTY,
      row.category,
      baseline.runId,
      baseline.revision,
      row.previous_p50 ?? EMPTY,
      row.p50,
      row.delta,
      row.delta_pct ?? EMPTY,
    ];
  }
}

export const TABLES: readonly TableDefinition[] = [
  needs('ingredients.csv', 'ingredient', ['sku', 'name', 'unit'], ({ id, name, unit }) => [
    text(id),
    text(name),
    text(unit ?? EMPTY),
  ]),
  needs('products.csv', 'product', ['product_id', 'product_name'], ({ id, name }) => [text(id), text(name)]),
  needs('recipes.csv', 'recipe', ['recipe_id', 'recipe_name', 'portions'], ({ id, name, portions }) => [
    text(id),
    text(name),
    portions ?? EMPTY,
  ]),
  {
    file: 'utilisation.csv',
    columns: [...RUN, 'cap', 'boxes', 'utilisation', 'placed', 'simulated', 'p90_over_cap'],
    rows: utilisation,
  },
  {
    file: 'changes.csv',
    columns: [
      ...RUN,
      'kind',
      'id',
      'name',
      'unit',
      'portions',
      'category',
      'previous_run_id',
      'previous_revision',
      'previous_p50',
      'p50',
      'delta',
      'delta_pct',
    ],
    rows: changes,
  },
];

/** One published file: its header, then every week's rows in the order of factory within day. */
export function renderTable(
  table: TableDefinition,
  record: Pick<RevisionRecord, 'runId' | 'revision'>,
  weeks: readonly TableWeek[],
  thresholds: Thresholds,
): Buffer {
  const parts = [Buffer.from(stringify([[...table.columns]]))];
  for (const week of weeks)
    parts.push(Buffer.from(stringify([...tableRows(table, record, [week], thresholds)])));
  return Buffer.concat(parts);
}

/** The rows of {@link renderTable}, one at a time. */
export function* tableRows(
  table: TableDefinition,
  record: Pick<RevisionRecord, 'runId' | 'revision'>,
  weeks: readonly TableWeek[],
  thresholds: Thresholds,
): Iterable<Row> {
  for (const week of weeks) {
    for (const row of table.rows(week, thresholds)) {
      yield [record.runId, record.revision, week.forecast.menuWeek, ...row];
    }
  }
}

function* sites(week: SiteForecast) {
  for (let d = 0; d < week.days.length; d++) {
    for (let f = 0; f < week.factories.length; f++) {
      yield { factory: week.factories[f].id, day: week.days[d], cell: d * week.factories.length + f };
    }
  }
}

/** A spreadsheet must not take a name or an id for a formula. */
function text(value: string): string {
  return /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
}
