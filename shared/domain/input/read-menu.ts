/** A week's menu: its recipes and who carries them, their bills of materials, the SKUs and the products. */
import { factoriesWhere, onlyFactory } from '../factory-mask.ts';
import type { BillOfMaterials, Product, Recipe, RecipeId, SkuInfo, Week } from '../model.ts';
import { factoriesOf } from './check-tables.ts';
import { MAX_UNITS_PER_BOX } from './input-files.ts';
import { reportRepeats, type Reading } from './reading.ts';
import { normalised } from './shares.ts';
import { rowsOf, weekOfRows, type Tables } from './tables.ts';

export type Menu = Pick<Week, 'recipes' | 'uptake' | 'carriedBy'>;

const FILE = 'menu.csv' as const;

/**
 * The week's menu, and behind it the recipes that only placed orders hold (uptake 0).
 *
 * @param ordered recipes in placed orders, with the first line that holds each
 * @param meanRecipes expected recipes a box
 */
export function readMenu(reading: Reading, ordered: ReadonlyMap<string, number>, meanRecipes: number): Menu {
  const { tables, week, problems } = reading;
  const rows = rowsOf(tables[FILE], week);
  if (rows.length === 0 && !tables.refused.mayHold(FILE, { menu_week: week })) {
    problems.error({ file: FILE, column: 'menu_week', week, message: `expected the menu of ${week}` });
  }
  reportRepeats(rows, FILE, 'recipe_id', (row) => row.recipe_id, week, problems);
  const onMenu = new Set<string>(rows.map((row) => row.recipe_id));
  const known = new Set<string>(tables['recipes.csv'].map((row) => row.recipe_id));
  const names = new Map<string, string>(tables[FILE].map((row) => [row.recipe_id, row.recipe_name]));
  const extra = [...ordered].filter(([recipe]) => !onMenu.has(recipe));
  for (const [recipe, line] of extra) {
    if (known.has(recipe) || tables.refused.mayHold('recipes.csv', { recipe_id: recipe })) continue;
    if (tables.refused.mayHold(FILE, { recipe_id: recipe })) continue;
    const message = `expected a recipe of ${week}'s menu.csv, or of recipes.csv`;
    problems.error({ file: 'orders.csv', line, column: 'item_id', value: recipe, week, message });
  }
  const recipes: Recipe[] = [
    ...rows.map((row) => ({ id: row.recipe_id, name: row.recipe_name })),
    ...extra.map(([recipe]) => ({ id: recipe as RecipeId, name: names.get(recipe) ?? recipe })),
  ];
  const shares = rows.map((row) => row.uptake);
  const place = { file: FILE, column: 'uptake', week, line: rows[0]?.line ?? 1, ofWeek: weekOfRows(rows, week) };
  const uptake = new Float64Array(recipes.length);
  if (rows.length > 0) uptake.set(normalised(shares, place, problems, tables));
  // Of a mix with rows missing, nobody knows how many recipes a box has.
  const mixIsWhole = !tables.refused.mayHold('box_mix.csv', { menu_week: week });
  rows.forEach((row) => {
    const inclusion = row.uptake * meanRecipes;
    if (inclusion < 1 || !mixIsWhole) return;
    const most = (1 / meanRecipes).toFixed(4);
    const message = `at ${meanRecipes.toFixed(2)} recipes a box it would be in ${(100 * inclusion).toFixed(0)}% of the boxes; expected less than ${most}`;
    const value = `${row.recipe_id} ${row.uptake}`;
    problems.error({ file: FILE, line: row.line, column: 'uptake', value, week, message });
  });
  const carriedBy = readEligibility(reading, recipes, (recipe) => {
    const row = rows.find((item) => item.recipe_id === recipe);
    return row ? { file: FILE, line: row.line } : { file: 'orders.csv', line: ordered.get(recipe) };
  });
  return { recipes, uptake, carriedBy };
}

/** [recipe] the factories that carry it, as bits. */
function readEligibility(
  { tables, week, problems }: Reading,
  recipes: readonly Recipe[],
  placeOf: (recipe: RecipeId) => { file: string; line: number | undefined },
): Uint32Array {
  const index = new Map<string, number>(recipes.map(({ id }, r) => [id, r]));
  const factory = new Map<string, number>(tables['factories.csv'].map((row, f) => [row.factory, f]));
  const carriedBy = new Uint32Array(recipes.length);
  for (const row of tables['eligibility.csv']) {
    if (row.menu_week !== undefined && row.menu_week !== '*' && row.menu_week !== week) continue;
    const r = index.get(row.recipe_id);
    const f = factory.get(row.factory);
    if (r !== undefined && f !== undefined) carriedBy[r] |= onlyFactory(f);
  }
  recipes.forEach(({ id }, r) => {
    // A recipe that stands there twice was reported already.
    if (carriedBy[r] !== 0 || index.get(id) !== r || tables.refused.mayHold('eligibility.csv', { recipe_id: id }))
      return;
    const message = 'no factory carries it; expected a row in eligibility.csv';
    problems.error({ ...placeOf(id), column: 'recipe_id', value: id, week, message });
  });
  return carriedBy;
}

export function readSkus(tables: Tables): SkuInfo[] {
  return tables['skus.csv'].map(({ sku, name, unit, category, shelf_life_days }) => ({
    id: sku,
    name,
    unit,
    ...(category === undefined ? {} : { category }),
    ...(shelf_life_days === undefined ? {} : { shelfLifeDays: shelf_life_days }),
  }));
}

/**
 * Row = recipe × sizes + size. A recipe without one is flagged, and the forecast goes on.
 *
 * @param isServed whether a box of the week can hold the recipe at that portion size
 */
export function readBillOfMaterials(
  { tables, week, problems }: Reading,
  recipes: readonly Recipe[],
  portionSizes: readonly number[],
  skus: readonly SkuInfo[],
  isServed: (recipe: string, portions: number) => boolean,
): BillOfMaterials {
  const skuIndex = new Map<string, number>(skus.map(({ id }, s) => [id, s]));
  const rows = new Map<string, [sku: number, packs: number][]>();
  for (const { recipe_id, portions, sku, quantity } of tables['recipes.csv']) {
    const key = `${portions} ${recipe_id}`;
    const list = rows.get(key) ?? [];
    list.push([skuIndex.get(sku) ?? 0, quantity]);
    rows.set(key, list);
  }
  const start = new Uint32Array(recipes.length * portionSizes.length + 1);
  const items: [sku: number, packs: number][] = [];
  recipes.forEach(({ id, name }, r) => {
    const served = portionSizes.filter((portions) => isServed(id, portions));
    const missing = served.filter((portions) => !rows.has(`${portions} ${id}`));
    if (missing.length > 0 && !tables.refused.mayHold('recipes.csv', { recipe_id: id })) {
      const value = `${id} ${name}`;
      const sizes = missing.length === served.length ? '' : ` for ${missing.join(', ')} portions`;
      const message = `has no bill of materials${sizes}; its packs are missing from the forecast`;
      const about = 'missing_bill';
      problems.warn({ file: 'recipes.csv', column: 'recipe_id', value, week, message, about });
    }
    portionSizes.forEach((portions, s) => {
      items.push(...(rows.get(`${portions} ${id}`) ?? []));
      start[r * portionSizes.length + s + 1] = items.length;
    });
  });
  return { start, sku: Uint16Array.from(items, ([sku]) => sku), packs: Uint16Array.from(items, ([, packs]) => packs) };
}

/** The week's products, and behind them those that only placed orders hold (0 a box). */
export function readProducts({ tables, week, problems }: Reading, ordered: ReadonlyMap<string, number>): Product[] {
  const file = 'products.csv' as const;
  const rows = rowsOf(tables[file], week);
  reportRepeats(rows, file, 'product_id', (row) => row.product_id, week, problems);
  const perBox = rows.reduce((sum, row) => sum + row.per_box, 0);
  if (perBox > MAX_UNITS_PER_BOX) {
    const message = `the units a box of ${weekOfRows(rows, week)} sum to this; expected at most ${MAX_UNITS_PER_BOX}`;
    problems.error({ file, line: rows[0]?.line, column: 'per_box', value: String(perBox), week, message });
  }
  const names = new Map<string, (typeof rows)[number]>(tables[file].map((row) => [row.product_id, row]));
  const extra = [...ordered].flatMap(([product, line]) => {
    if (rows.some((row) => row.product_id === product)) return [];
    const row = names.get(product);
    if (row) return [{ ...row, per_box: 0 }];
    if (tables.refused.mayHold(file, { product_id: product })) return [];
    const message = 'expected a product of products.csv';
    problems.error({ file: 'orders.csv', line, column: 'item_id', value: product, week, message });
    return [];
  });
  return [...rows, ...extra].map((row) => ({
    id: row.product_id,
    name: row.product_name,
    perBox: row.per_box,
    factoryMask: maskOf(tables, factoriesOf(row.factories)),
  }));
}

function maskOf(tables: Tables, holders: readonly string[]): number {
  const factories = tables['factories.csv'];
  return factoriesWhere(factories.length, (f) => holders.length === 0 || holders.includes(factories[f].factory));
}
