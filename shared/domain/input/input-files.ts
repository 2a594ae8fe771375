/** The input files: their columns, and a row once every cell has been read. */
import { MAX_FACTORIES } from '../factory-mask.ts';
import type { FactoryId, ProductId, RecipeId, SkuId } from '../model.ts';
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

/** Units of products in a box. */
export const MAX_UNITS_PER_BOX = 10;
/** Recipes, products or SKUs: indices of 16 bits. */
export const MAX_ITEMS = 65_535;
/** Delivery dates of a week: indices of 8 bits. */
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
    per_box: number(0, MAX_UNITS_PER_BOX),
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
