/**
 * The catalogue of published columns: what each one means, what it holds and how people see it, and which tables hold
 * it in which order. The CSV files, JSON Lines, Parquet, the workbook, the monitor's page and docs/events.md read it.
 * A new column is an entry here, its name in the tables below, and its value in tables.ts.
 */

export interface Column {
  /** A sentence's part for docs/events.md, in Markdown. */
  readonly meaning: string;
  /**
   * `text`: as the input says it, so anything may stand in it. `word`: a text of Larder's own. `date`: `YYYY-MM-DD`.
   * `limit`: a whole number, or infinity where there is no limit.
   */
  readonly type: 'text' | 'word' | 'date' | 'integer' | 'decimal' | 'limit';
  /** `packs`: of products units, of recipes the boxes that hold them; `share`: of 1. */
  readonly unit?: 'packs' | 'boxes' | 'portions' | 'percent' | 'share';
  /** Whether its value may be unknown: an empty cell in CSV, else null. */
  readonly isNullable?: true;
  /** Decimals in CSV; by default as many as the number has. */
  readonly decimals?: number;
  /** How people see the number; by default whole or with two decimals, as its type says. */
  readonly format?: 'signed' | 'percent' | 'signedPercent';
  /** Of the thing that a row is about. */
  readonly item?: 'id' | 'name';
  /** In the workbook; absent where people need not see the column: it says which run it is, the same in every row. */
  readonly heading?: string;
  /** In the workbook, in characters; by default 11. */
  readonly width?: number;
  /** Its heading, or a filter's label, on the monitor's page; absent where it is neither. */
  readonly page?: string;
}

const INPUT = 'as it is in the input';

export const COLUMNS = {
  run_id: { meaning: 'the run', type: 'word' },
  revision: { meaning: 'which revision of the run, from 1', type: 'integer' },
  menu_week: { meaning: '`2026-W49`', type: 'word', heading: 'Menu week', width: 12, page: 'Week' },
  factory: { meaning: 'the factory’s id', type: 'text', heading: 'Factory', width: 12, page: 'Factory' },
  delivery_date: {
    meaning: 'JSON and CSV: `2026-11-30`',
    type: 'date',
    heading: 'Delivery date',
    width: 17,
    page: 'Day',
  },
  kind: {
    meaning: '`ingredient`, `product` or `recipe`',
    type: 'word',
    heading: 'Kind',
    width: 12,
    page: 'Of',
  },
  sku: { meaning: INPUT, type: 'text', item: 'id', heading: 'SKU', width: 14, page: 'Ingredient' },
  product_id: { meaning: INPUT, type: 'text', item: 'id', heading: 'Product', width: 14, page: 'Product' },
  recipe_id: { meaning: INPUT, type: 'text', item: 'id', heading: 'Recipe', width: 14, page: 'Recipe' },
  id: {
    meaning: 'of the ingredient, product or recipe',
    type: 'text',
    item: 'id',
    heading: 'Id',
    width: 14,
    page: 'What',
  },
  name: { meaning: INPUT, type: 'text', item: 'name', heading: 'Name', width: 38 },
  product_name: { meaning: INPUT, type: 'text', item: 'name', heading: 'Name', width: 38 },
  recipe_name: { meaning: INPUT, type: 'text', item: 'name', heading: 'Name', width: 48 },
  unit: { meaning: 'of a pack, as it is in the input', type: 'text', heading: 'Unit', width: 16 },
  portions: {
    meaning: 'the recipe’s portion size',
    type: 'integer',
    unit: 'portions',
    isNullable: true,
    heading: 'Portions',
  },
  category: {
    meaning: '`changed`, `new` or `dropped`',
    type: 'word',
    heading: 'Category',
    width: 12,
    page: 'Which',
  },
  p10: { meaning: '10% quantile of the scenarios', type: 'integer', unit: 'packs', heading: 'P10', page: 'P10' },
  p50: { meaning: 'median of the scenarios', type: 'integer', unit: 'packs', heading: 'P50', page: 'P50' },
  p90: { meaning: '90% quantile of the scenarios', type: 'integer', unit: 'packs', heading: 'P90', page: 'P90' },
  mean: { meaning: 'of the scenarios, two decimals', type: 'decimal', unit: 'packs', decimals: 2, heading: 'Mean' },
  placed_qty: { meaning: 'of the placed orders', type: 'integer', unit: 'packs', heading: 'Placed', page: 'Placed' },
  simulated_qty: {
    meaning: 'of the orders that the central scenario adds',
    type: 'integer',
    unit: 'packs',
    heading: 'Simulated',
  },
  previous_run_id: { meaning: 'the run of the last forecast', type: 'word' },
  previous_revision: { meaning: 'the revision of the last forecast', type: 'integer' },
  previous_p50: {
    meaning: 'the P50 of the last forecast (below); null: not known',
    type: 'integer',
    unit: 'packs',
    isNullable: true,
    heading: 'Previous P50',
    page: 'Before',
  },
  delta: {
    meaning: 'P50 now less P50 of the last forecast; null: not known',
    type: 'integer',
    unit: 'packs',
    isNullable: true,
    format: 'signed',
    heading: 'Change',
    page: 'Change',
  },
  delta_pct: {
    meaning: '`delta` of `previous_p50`; null: not known',
    type: 'decimal',
    unit: 'percent',
    isNullable: true,
    format: 'signedPercent',
    heading: 'Change %',
    page: 'In percent',
  },
  flag: {
    meaning: '`new`, `large_change`, of a recipe `no_bill_of_materials`, joined by a bar; null: none',
    type: 'word',
    isNullable: true,
    heading: 'Flag',
    width: 24,
  },
  cap: {
    meaning: 'the factory’s cap on that day; `inf`: no cap',
    type: 'limit',
    unit: 'boxes',
    heading: 'Cap',
  },
  boxes: { meaning: 'placed and simulated together', type: 'integer', unit: 'boxes', heading: 'Boxes' },
  utilisation: {
    meaning: '`boxes` of `cap`; not known without a cap, or where it is 0',
    type: 'decimal',
    unit: 'share',
    isNullable: true,
    decimals: 4,
    format: 'percent',
    heading: 'Utilisation',
    width: 12,
  },
  placed: { meaning: 'of the placed orders', type: 'integer', unit: 'boxes', heading: 'Placed' },
  simulated: {
    meaning: 'of the orders that the central scenario adds',
    type: 'integer',
    unit: 'boxes',
    heading: 'Simulated',
  },
  p90_over_cap: {
    meaning: 'by how much the P90 of what would come without the cap goes over it; not known without a cap',
    type: 'integer',
    unit: 'boxes',
    isNullable: true,
    heading: 'P90 over cap',
    width: 14,
  },
} as const satisfies Readonly<Record<string, Column>>;

export type ColumnName = keyof typeof COLUMNS;
export const COLUMN_NAMES = Object.keys(COLUMNS) as ColumnName[];

/** Of what a row is about, in the order in which a table is searched for them. */
export const ITEM_IDS = COLUMN_NAMES.filter((name) => (COLUMNS[name] as Column).item === 'id');
export const ITEM_NAMES = COLUMN_NAMES.filter((name) => (COLUMNS[name] as Column).item === 'name');

/** @returns undefined for a column that this version does not know: files of another version may have some */
export function columnOf(name: string): Column | undefined {
  return Object.hasOwn(COLUMNS, name) ? COLUMNS[name as ColumnName] : undefined;
}

export interface Table {
  readonly file: string;
  /** Of the workbook's sheet with the same rows, and on the page. */
  readonly title: string;
  readonly columns: readonly ColumnName[];
}

const SITE_DAY = ['run_id', 'revision', 'menu_week', 'factory', 'delivery_date'] as const;
const QUANTITIES = ['p10', 'p50', 'p90', 'mean', 'placed_qty', 'simulated_qty'] as const;
const SINCE_LAST = ['previous_p50', 'delta', 'delta_pct', 'flag'] as const;

/** The CSV files, in the order in which they are written; JSON Lines and Parquet hold what `ingredients` holds. */
export const TABLES = {
  ingredients: {
    file: 'ingredients.csv',
    title: 'Ingredients',
    columns: [...SITE_DAY, 'sku', 'name', 'unit', ...QUANTITIES, ...SINCE_LAST],
  },
  products: {
    file: 'products.csv',
    title: 'Products',
    columns: [...SITE_DAY, 'product_id', 'product_name', ...QUANTITIES, ...SINCE_LAST],
  },
  recipes: {
    file: 'recipes.csv',
    title: 'Recipes',
    columns: [...SITE_DAY, 'recipe_id', 'recipe_name', 'portions', ...QUANTITIES, ...SINCE_LAST],
  },
  utilisation: {
    file: 'utilisation.csv',
    title: 'Utilisation',
    columns: [...SITE_DAY, 'cap', 'boxes', 'utilisation', 'placed', 'simulated', 'p90_over_cap'],
  },
  changes: {
    file: 'changes.csv',
    title: 'Changes',
    columns: [
      ...SITE_DAY,
      ...(['kind', 'id', 'name', 'unit', 'portions', 'category'] as const),
      ...(['previous_run_id', 'previous_revision', 'previous_p50', 'p50', 'delta', 'delta_pct'] as const),
    ],
  },
} as const satisfies Readonly<Record<string, Table>>;

export type TableName = keyof typeof TABLES;
export const TABLE_NAMES = Object.keys(TABLES) as TableName[];

export interface PageView {
  /** What it is about, and sorted by at first. */
  readonly strong: ColumnName;
  /** What says less than the others. */
  readonly faint: readonly ColumnName[];
  readonly columns: readonly (ColumnName | 'bar')[];
}

/** The monitor's two views of the tables, beside what a row is about; `bar` is a drawing. */
export const PAGE_VIEWS = {
  quantities: {
    strong: 'p50',
    faint: ['p10', 'p90'],
    columns: ['menu_week', 'factory', 'delivery_date', 'p10', 'p50', 'p90', 'bar', 'placed_qty', 'delta'],
  },
  changes: {
    strong: 'delta',
    faint: [],
    columns: [
      ...(['category', 'menu_week', 'factory', 'delivery_date'] as const),
      ...(['previous_p50', 'p50', 'delta', 'bar', 'delta_pct'] as const),
    ],
  },
} as const satisfies Readonly<Record<string, PageView>>;

/** What the page offers to filter by. */
export const FILTERS = ['kind', 'category', 'menu_week', 'factory', 'delivery_date'] as const;

/** A cell's value before any file's form; null: not known. */
export type Value = string | number | null;

type ValueOf<C extends ColumnName> =
  | ((typeof COLUMNS)[C] extends { type: 'text' | 'word' | 'date' } ? string : number)
  | ((typeof COLUMNS)[C] extends { isNullable: true } ? null : never);

/** A table's row by column; of several tables, with the columns of all of them. */
export type TableRow<T extends TableName> = {
  readonly [C in (typeof TABLES)[T]['columns'][number]]: ValueOf<C>;
};
