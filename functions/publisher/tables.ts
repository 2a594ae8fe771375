/** The rows of the published CSV files (docs: the contract's section 3), one week at a time. */
import { stringify } from 'csv-stringify/sync';
import type { SiteForecast } from '../../shared/domain/forecast';
import type { Quantiles } from '../../shared/domain/quantiles';
import type { RevisionRecord } from '../../shared/pipeline/records';

type Cell = string | number;
type Row = readonly Cell[];

const RUN = ['run_id', 'revision', 'menu_week', 'factory', 'delivery_date'] as const;
const QUANTILES = ['p10', 'p50', 'p90', 'mean'] as const;
const QUANTITIES = ['placed_qty', 'simulated_qty'] as const;
const CHANGES = ['previous_p50', 'delta', 'delta_pct', 'flag'] as const;
/** Not known: an empty cell, never a guess. */
const UNKNOWN = '';

interface TableDefinition {
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: (week: SiteForecast, flags: ReadonlyMap<string, string>) => Iterable<Row>;
}

function* ingredients(week: SiteForecast): Iterable<Row> {
  for (const { factory, day, cell } of sites(week)) {
    for (let s = 0; s < week.skus.length; s++) {
      const at = cell * week.skus.length + s;
      const placed = week.placed.packs[at];
      const simulated = week.simulated.packs[at];
      if (placed + simulated === 0 && week.intervals.sku.p90[at] === 0) continue;
      const { id, name, unit } = week.skus[s];
      yield [
        factory,
        day,
        id,
        text(name),
        unit,
        ...quantiles(week.intervals.sku, at),
        placed,
        simulated,
        ...CHANGES.map(() => UNKNOWN),
      ];
    }
  }
}

function* products(week: SiteForecast): Iterable<Row> {
  for (const { factory, day, cell } of sites(week)) {
    for (let p = 0; p < week.products.length; p++) {
      const at = cell * week.products.length + p;
      const placed = week.placed.productUnits[at];
      const simulated = week.simulated.productUnits[at];
      if (placed + simulated === 0 && week.intervals.product.p90[at] === 0) continue;
      const { id, name } = week.products[p];
      yield [
        factory,
        day,
        id,
        text(name),
        ...quantiles(week.intervals.product, at),
        placed,
        simulated,
        ...CHANGES.map(() => UNKNOWN),
      ];
    }
  }
}

function* recipes(week: SiteForecast, flags: ReadonlyMap<string, string>): Iterable<Row> {
  const sizes = week.portionSizes.length;
  for (const { factory, day, cell } of sites(week)) {
    for (let r = 0; r < week.recipes.length; r++) {
      for (let s = 0; s < sizes; s++) {
        const at = (cell * week.recipes.length + r) * sizes + s;
        const placed = week.placed.recipeBoxes[at];
        const simulated = week.simulated.recipeBoxes[at];
        if (placed + simulated === 0 && week.intervals.recipe.p90[at] === 0) continue;
        const { id, name } = week.recipes[r];
        const changes = [UNKNOWN, UNKNOWN, UNKNOWN, flags.get(id) ?? UNKNOWN];
        yield [
          factory,
          day,
          id,
          text(name),
          week.portionSizes[s],
          ...quantiles(week.intervals.recipe, at),
          placed,
          simulated,
          ...changes,
        ];
      }
    }
  }
}

function* utilisation(week: SiteForecast): Iterable<Row> {
  for (const { factory, day, cell } of sites(week)) {
    const cap = week.caps[cell];
    const placed = week.placed.boxes[cell];
    const simulated = week.simulated.boxes[cell];
    const boxes = placed + simulated;
    const over = Number.isFinite(cap) ? Math.max(0, week.intervals.wanted.p90[cell] - cap) : UNKNOWN;
    const share = Number.isFinite(cap) && cap > 0 ? (boxes / cap).toFixed(4) : UNKNOWN;
    yield [factory, day, Number.isFinite(cap) ? cap : 'inf', boxes, share, placed, simulated, over];
  }
}

export const TABLES: readonly TableDefinition[] = [
  {
    file: 'ingredients.csv',
    columns: [...RUN, 'sku', 'name', 'unit', ...QUANTILES, ...QUANTITIES, ...CHANGES],
    rows: ingredients,
  },
  {
    file: 'products.csv',
    columns: [...RUN, 'product_id', 'product_name', ...QUANTILES, ...QUANTITIES, ...CHANGES],
    rows: products,
  },
  {
    file: 'recipes.csv',
    columns: [...RUN, 'recipe_id', 'recipe_name', 'portions', ...QUANTILES, ...QUANTITIES, ...CHANGES],
    rows: recipes,
  },
  {
    file: 'utilisation.csv',
    columns: [...RUN, 'cap', 'boxes', 'utilisation', 'placed', 'simulated', 'p90_over_cap'],
    rows: utilisation,
  },
];

/** One published file: its header, then every week's rows in the order of factory within day. */
export function renderTable(
  table: TableDefinition,
  record: Pick<RevisionRecord, 'runId' | 'revision'>,
  weeks: readonly { readonly forecast: SiteForecast; readonly flags: ReadonlyMap<string, string> }[],
): Buffer {
  const parts = [Buffer.from(stringify([[...table.columns]]))];
  for (const { forecast, flags } of weeks) {
    const rows: Row[] = [];
    for (const row of table.rows(forecast, flags)) {
      rows.push([record.runId, record.revision, forecast.menuWeek, ...row]);
    }
    parts.push(Buffer.from(stringify(rows)));
  }
  return Buffer.concat(parts);
}

function quantiles({ p10, p50, p90, mean }: Quantiles, at: number): Cell[] {
  return [p10[at], p50[at], p90[at], mean[at].toFixed(2)];
}

function* sites(week: SiteForecast) {
  for (let d = 0; d < week.days.length; d++) {
    for (let f = 0; f < week.factories.length; f++) {
      yield { factory: week.factories[f].id, day: week.days[d], cell: d * week.factories.length + f };
    }
  }
}

/** A spreadsheet must not take a name for a formula. */
function text(name: string): string {
  return /^[=+\-@\t\r]/.test(name) ? `'${name}` : name;
}
