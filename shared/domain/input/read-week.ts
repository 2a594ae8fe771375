/** From the rows of all files to one typed week, or to everything that is wrong with it. */
import type { DeliveryDate, FactoryId, MenuWeek, Week } from '../model.ts';
import { Problems, type Problem } from './problem.ts';
import { readBillOfMaterials, readMenu, readProducts, readSkus } from './read-menu.ts';
import { readPlaced, scanOrders } from './read-placed.ts';
import { normalised } from './shares.ts';
import { MAX_DAYS, MAX_ITEMS } from './input-files.ts';
import { reportRepeats, type Reading } from './reading.ts';
import { rowsOf, weekOfRows, type Tables } from './tables.ts';

export interface CapOverride {
  readonly factory: FactoryId;
  readonly deliveryDate: DeliveryDate;
  readonly cap: number | 'inf';
}

export interface ReadWeekOptions {
  /** How many weeks after the run's first week this one comes. */
  readonly horizonWeeks: number;
  /** Multiplies the week's boxes; the result is rounded to whole boxes. */
  readonly volumeMultiplier?: number | undefined;
  /** Those of other weeks' dates are passed over. */
  readonly capOverrides?: readonly CapOverride[] | undefined;
}

export type ReadWeek =
  | { readonly ok: true; readonly week: Week; readonly warnings: readonly Problem[] }
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      readonly errorCount: number;
      readonly warnings: readonly Problem[];
    };

/** Reads one week. The tables have passed `checkTables`. */
export function readWeek(tables: Tables, menuWeek: MenuWeek, options: ReadWeekOptions): ReadWeek {
  const problems = new Problems();
  const reading = { tables, week: menuWeek, problems };
  const expected = tables['weeks.csv'].find((row) => row.menu_week === menuWeek);
  if (!expected && !tables.refused.mayHold('weeks.csv', { menu_week: menuWeek }))
    problems.error({ file: 'weeks.csv', week: menuWeek, message: `expected a row for ${menuWeek}` });
  const days = readDays(reading);
  const orders = scanOrders(reading, days.dates);
  const mix = readMix(reading, orders.portions);
  const factories = tables['factories.csv'].map(({ factory, name, fill }) => ({ id: factory, name, fill }));
  const menu = readMenu(reading, orders.recipes, meanRecipes(mix));
  const products = readProducts(reading, orders.products);
  const items = Math.max(menu.recipes.length, products.length);
  if (items > MAX_ITEMS) {
    const message = `${items} items in ${menuWeek}; expected at most ${MAX_ITEMS}`;
    problems.error({ file: 'menu.csv', week: menuWeek, message });
  }
  const skus = readSkus(tables);
  const mixSizes = new Set([...mix.size].map((size) => mix.portionSizes[size]));
  const isServed = (recipe: string, portions: number) =>
    mixSizes.has(portions) || orders.servings.has(`${portions} ${recipe}`);
  const week: Week = {
    menuWeek,
    boxes: Math.round((expected?.boxes ?? 0) * (options.volumeMultiplier ?? 1)),
    ...(expected?.boxes_sd === undefined ? {} : { boxesSd: expected.boxes_sd }),
    horizonWeeks: options.horizonWeeks,
    days: days.dates,
    dayShare: days.share,
    portionSizes: mix.portionSizes,
    mix,
    recipes: menu.recipes,
    uptake: menu.uptake,
    carriedBy: menu.carriedBy,
    factories,
    catchAll: tables['factories.csv'].findIndex((row) => row.catch_all),
    caps: readCaps(reading, days.dates, options.capOverrides ?? []),
    skus,
    billOfMaterials: readBillOfMaterials(reading, menu.recipes, mix.portionSizes, skus, isServed),
    products,
    placed: readPlaced(reading, orders, {
      ...menu,
      factories,
      products,
      days: days.dates,
      portionSizes: mix.portionSizes,
    }),
  };
  if (expected && week.placed.count > week.boxes) {
    problems.warn({
      file: 'orders.csv',
      week: menuWeek,
      value: String(week.placed.count),
      message: `more orders are placed than the ${week.boxes} boxes expected; the placed ones win`,
    });
  }
  const { errors, warnings, errorCount } = problems;
  return errorCount > 0 ? { ok: false, problems: errors, errorCount, warnings } : { ok: true, week, warnings };
}

function readDays({ tables, week, problems }: Reading): { dates: DeliveryDate[]; share: Float64Array } {
  const file = 'delivery_days.csv' as const;
  const rows = rowsOf(tables[file], week);
  if (rows.length === 0) {
    if (!tables.refused.mayHold(file, { menu_week: week })) {
      problems.error({ file, column: 'menu_week', week, message: `expected at least one row for ${week}` });
    }
    return { dates: [], share: new Float64Array(0) };
  }
  if (rows.length > MAX_DAYS) {
    const message = `${rows.length} delivery dates for ${weekOfRows(rows, week)}; expected at most ${MAX_DAYS}`;
    problems.error({ file, line: rows[MAX_DAYS].line, column: 'delivery_date', week, message });
  }
  const sorted = [...rows].sort((a, b) => (a.delivery_date < b.delivery_date ? -1 : 1));
  reportRepeats(sorted, file, 'delivery_date', (row) => row.delivery_date, week, problems);
  const place = { file, column: 'share', week, line: rows[0].line, ofWeek: weekOfRows(rows, week) };
  const share = normalised(
    sorted.map((row) => row.share),
    place,
    problems,
    tables,
  );
  return { dates: sorted.map((row) => row.delivery_date), share };
}

type Mix = Week['mix'] & { readonly portionSizes: readonly number[] };

function readMix({ tables, week, problems }: Reading, placedPortions: ReadonlySet<number>): Mix {
  const file = 'box_mix.csv' as const;
  const rows = rowsOf(tables[file], week);
  const portionSizes = [...new Set([...rows.map((row) => row.portions), ...placedPortions])].sort((a, b) => a - b);
  const size = (portions: number) => portionSizes.indexOf(portions);
  if (rows.length === 0 && !tables.refused.mayHold(file, { menu_week: week })) {
    problems.error({
      file,
      column: 'menu_week',
      week,
      message: `expected rows for ${week}, or for * (every week)`,
    });
  } else {
    const key = (row: (typeof rows)[number]) => `${row.recipes_per_box} recipes for ${row.portions}`;
    reportRepeats(rows, file, 'recipes_per_box', key, week, problems);
  }
  const place = { file, column: 'share', week, line: rows[0]?.line ?? 1, ofWeek: weekOfRows(rows, week) };
  const shares = rows.map((row) => row.share);
  return {
    portionSizes,
    recipesPerBox: Uint8Array.from(rows, (row) => row.recipes_per_box),
    size: Uint8Array.from(rows, (row) => size(row.portions)),
    share: rows.length === 0 ? new Float64Array(0) : normalised(shares, place, problems, tables),
  };
}

function meanRecipes(mix: Mix): number {
  return mix.share.reduce((sum, share, cell) => sum + share * mix.recipesPerBox[cell], 0);
}

/** [day × F + factory] boxes; `caps.csv` must have a row for every factory and delivery date. */
export function readCaps(
  { tables, week, problems }: Reading,
  dates: readonly DeliveryDate[],
  overrides: readonly CapOverride[],
): Float64Array {
  const factories = tables['factories.csv'];
  const given = new Map(tables['caps.csv'].map((row) => [`${row.factory} ${row.delivery_date}`, row.cap]));
  for (const { factory, deliveryDate, cap } of overrides) {
    given.set(`${factory} ${deliveryDate}`, cap === 'inf' ? Number.POSITIVE_INFINITY : cap);
  }
  const caps = new Float64Array(dates.length * factories.length);
  dates.forEach((date, d) =>
    factories.forEach(({ factory }, f) => {
      const cap = given.get(`${factory} ${date}`);
      if (cap === undefined && !tables.refused.mayHold('caps.csv', { factory, delivery_date: date })) {
        const message = `expected a row for ${factory} on ${date}: boxes, 0 for closed, or inf`;
        problems.error({ file: 'caps.csv', column: 'cap', week, message });
      }
      caps[d * factories.length + f] = cap ?? 0;
    }),
  );
  return caps;
}
