/** The input files: their columns, and their rows once every cell has been read. */
import type { FactoryId, MenuWeek, ProductId, RecipeId, SkuId } from '../model.ts';
import {
  anyWeek,
  cap,
  date,
  flag,
  id,
  MAX_BOXES,
  menuWeek,
  number,
  oneOf,
  optional,
  share,
  text,
  textUpTo,
  whole,
  type Column,
} from './cells.ts';
import type { OrderLines } from './order-lines.ts';

/** At most this many units of products a box. */
export const MAX_UNITS = 10;
/** A bit each in a mask of 32. */
export const MAX_FACTORIES = 32;
/** Indices of 16 and of 8 bits. */
export const MAX_ITEMS = 65_535;
export const MAX_DAYS = 255;
const MAX_RECIPES_PER_BOX = 20;
const MAX_PORTIONS = 100;

const portions = whole(1, MAX_PORTIONS);

/** Every file's columns by name. */
export const COLUMNS = {
  'weeks.csv': { menu_week: menuWeek, boxes: whole(0, MAX_BOXES), boxes_sd: optional(number(0, 2)) },
  'delivery_days.csv': { menu_week: anyWeek, delivery_date: date, share },
  'box_mix.csv': { menu_week: anyWeek, recipes_per_box: whole(1, MAX_RECIPES_PER_BOX), portions, share },
  'menu.csv': { menu_week: anyWeek, recipe_id: id<RecipeId>(), recipe_name: text, uptake: share },
  'recipes.csv': { recipe_id: id<RecipeId>(), portions, sku: id<SkuId>(), quantity: whole(1, 10_000) },
  'skus.csv': {
    sku: id<SkuId>(),
    name: text,
    unit: text,
    category: optional(text),
    shelf_life_days: optional(whole(0, 100_000)),
  },
  'factories.csv': {
    factory: id<FactoryId>(),
    name: text,
    fill: oneOf('exact', 'at_most'),
    catch_all: { ...flag, optional: true },
  },
  'caps.csv': { factory: id<FactoryId>(), delivery_date: date, cap },
  'eligibility.csv': { factory: id<FactoryId>(), recipe_id: id<RecipeId>(), menu_week: optional(anyWeek) },
  'products.csv': {
    menu_week: anyWeek,
    product_id: id<ProductId>(),
    product_name: text,
    per_box: number(0, MAX_UNITS),
    factories: optional(textUpTo(MAX_FACTORIES * 210)),
  },
  'orders.csv': {
    order_id: id(),
    menu_week: menuWeek,
    delivery_date: date,
    portions,
    item_type: oneOf('recipe', 'product'),
    item_id: id(),
    quantity: whole(1, MAX_RECIPES_PER_BOX),
  },
} as const satisfies Record<string, Record<string, Column<unknown>>>;

export type InputFileName = keyof typeof COLUMNS;
export const OPTIONAL_FILES: readonly InputFileName[] = ['products.csv', 'orders.csv'];
export const INPUT_FILES = Object.keys(COLUMNS) as readonly InputFileName[];

type ValueOf<C> = C extends Column<infer T> ? T : never;
/** A row of a file: its cells by column name, and the line it stands on. */
export type Row<F extends InputFileName> = {
  readonly [C in keyof (typeof COLUMNS)[F]]: ValueOf<(typeof COLUMNS)[F][C]>;
} & { readonly line: number };

/** The rows of every file but `orders.csv`, which has a store of its own. */
export type Tables = { readonly [F in Exclude<InputFileName, 'orders.csv'>]: readonly Row<F>[] } & {
  readonly orders: OrderLines;
  readonly refused: RefusedRows;
};

/** The rows that hold for a week: its own where it has any, else those of `*`. */
export function rowsOf<R extends { readonly menu_week: MenuWeek | '*' }>(
  rows: readonly R[],
  week: MenuWeek,
): R[] {
  const own = rows.filter((row) => row.menu_week === week);
  return own.length > 0 ? own : rows.filter((row) => row.menu_week === '*');
}

/** What these rows hold for, in words; those of `*` say the same for every week, and are then told once. */
export function weekOfRows(rows: readonly { readonly menu_week: MenuWeek | '*' }[], week: MenuWeek): string {
  return rows[0]?.menu_week === '*' ? 'every week (*)' : week;
}

/**
 * What could not be read: rows with a wrong cell, by file, as they stood, and files that could not be read at
 * all. What seems to be missing may be in there, and is then no second mistake.
 */
export class RefusedRows {
  private readonly rows = new Map<InputFileName, Readonly<Record<string, string>>[]>();
  private readonly unreadable = new Set<InputFileName>();

  addFile(file: InputFileName): void {
    this.unreadable.add(file);
  }

  addRow(file: InputFileName, cells: Readonly<Record<string, string>>): void {
    const rows = this.rows.get(file) ?? [];
    if (rows.length === 0) this.rows.set(file, rows);
    const isShort = Object.values(cells).every((cell) => cell.length <= REFUSED_CELL_CHARACTERS);
    if (isShort && rows.length < REFUSED_ROWS_KEPT) rows.push(cells);
    else this.unreadable.add(file);
  }

  /** Whether a refused row of the file may be one that has these cells. */
  mayHold(file: InputFileName, cells: Readonly<Record<string, string>> = {}): boolean {
    if (this.unreadable.has(file)) return true;
    const columns: Readonly<Record<string, Column<unknown>>> = COLUMNS[file];
    return (this.rows.get(file) ?? []).some((row) =>
      Object.entries(cells).every(
        ([name, value]) =>
          row[name] === value || row[name] === '*' || !columns[name].parse(row[name] ?? '').ok,
      ),
    );
  }
}

const REFUSED_ROWS_KEPT = 1_000;
const REFUSED_CELL_CHARACTERS = 10_000;
