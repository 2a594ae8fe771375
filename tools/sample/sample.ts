/** Realistic, seeded inputs: what a meal-kit company's files look like, at any size. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { addWeeks, datesOf, parseMenuWeek } from '../../shared/domain/iso-week.ts';
import { InputRefused } from '../../shared/pipeline/errors.ts';
import { RandomSource } from './random-source.ts';
import { ADD_ONS, DISHES, INGREDIENTS, MAINS, SIDES, STYLES, TOWNS } from './food.ts';
import { placeOrders } from './orders.ts';
import type { MixCell, SampleFactory, SampleRecipe, SampleWeek } from './sample-week.ts';

/** The sizes of the sample; each has a default. */
export interface SampleOptions {
  /** Boxes a week. */
  readonly boxes?: number | undefined;
  readonly weeks?: number | undefined;
  /** Recipes a week. */
  readonly recipes?: number | undefined;
  readonly factories?: number | undefined;
  readonly seed?: number | undefined;
  /** The first menu week. */
  readonly startWeek?: string | undefined;
}

type Cell = string | number;

const DAY_SHARES = [0.19, 0.17, 0.12, 0.11, 0.13, 0.14, 0.14];
const PORTIONS = [
  { portions: 2, share: 0.62 },
  { portions: 4, share: 0.38 },
];

/** Writes the files of {@link generateSample} into a folder, which is made if need be. */
export async function writeSample(directory: string, options: SampleOptions): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [file, text] of generateSample(options)) await writeFile(join(directory, file), text);
}

/**
 * The input files by name. The same options give the same bytes.
 *
 * @throws InputRefused for a start week that is none
 */
export function generateSample(options: SampleOptions): Map<string, string> {
  const { boxes = 12_000, weeks = 4, recipes = 48, factories = 3, seed = 1, startWeek = '2026-W49' } = options;
  const start = parseMenuWeek(startWeek);
  if (!start) throw new InputRefused(`"${startWeek}" is no ISO week; expected one such as 2026-W49.`);
  const random = new RandomSource(seed);
  const cookbook = inventRecipes(random, recipes * 2);
  const sites = inventFactories(factories);
  const mix = inventMix(recipes);
  const plan = Array.from({ length: weeks }, (_, at) => {
    const volume = Math.round(boxes * (0.97 + 0.06 * random.next()));
    const week = addWeeks(start, at);
    return { week, boxes: volume, dates: datesOf(week), menu: inventMenu(random, cookbook, recipes, at) };
  });
  const tables: Record<string, [header: string, rows: Cell[][]]> = {
    'weeks.csv': ['menu_week,boxes,boxes_sd', plan.map((w, at) => [w.week, w.boxes, sd(at)])],
    'delivery_days.csv': ['menu_week,delivery_date,share', plan.flatMap(dayRows)],
    'box_mix.csv': [
      'menu_week,recipes_per_box,portions,share',
      mix.map((m) => ['*', m.recipesPerBox, m.portions, m.share]),
    ],
    'menu.csv': ['menu_week,recipe_id,recipe_name,uptake', plan.flatMap(menuRows)],
    'recipes.csv': ['recipe_id,portions,sku,quantity', cookbook.flatMap((recipe) => billRows(random, recipe))],
    'skus.csv': ['sku,name,unit,category,shelf_life_days', skuRows()],
    'factories.csv': [
      'factory,name,fill,catch_all',
      sites.map((s) => [s.id, s.name, s.fill, String(s.capShare === undefined)]),
    ],
    'caps.csv': ['factory,delivery_date,cap', plan.flatMap((week) => capRows(sites, week))],
    'eligibility.csv': ['factory,recipe_id', eligibilityRows(sites, cookbook)],
    'products.csv': ['menu_week,product_id,product_name,per_box,factories', productRows(sites)],
    'orders.csv': [
      'order_id,menu_week,delivery_date,portions,item_type,item_id,quantity',
      placeOrders(random, plan, mix, DAY_SHARES),
    ],
  };
  return new Map(
    Object.entries(tables).map(([file, [header, rows]]) => [file, stringify([header.split(','), ...rows])]),
  );
}

/** The further ahead, the less is known. */
function sd(horizon: number): string {
  return Math.min(0.15, 0.03 + 0.015 * horizon).toFixed(3);
}

function dayRows({ week, dates }: SampleWeek): Cell[][] {
  return dates.map((date, day) => [week, date, DAY_SHARES[day]]);
}

function menuRows({ week, menu }: SampleWeek): Cell[][] {
  return menu.map(({ recipe, uptake }) => [week, recipe.id, recipe.name, uptake.toFixed(6)]);
}

/** A dish for every combination, each once. */
function inventRecipes(random: RandomSource, count: number): SampleRecipe[] {
  const names = new Set<string>();
  while (names.size < count) {
    names.add(`${random.pick(STYLES)} ${random.pick(MAINS)} ${random.pick(DISHES)} with ${random.pick(SIDES)}`);
  }
  return [...names].map((name, at) => ({ id: `R${String(at + 1).padStart(3, '0')}`, name }));
}

/** Smaller menus have smaller boxes, so that no recipe is wanted in every box. */
function inventMix(recipes: number): MixCell[] {
  const sizes = [
    { size: 2, share: 0.27 },
    { size: 3, share: 0.38 },
    { size: 4, share: 0.25 },
    { size: 5, share: 0.1 },
  ].filter(({ size }) => size <= Math.max(2, Math.floor(recipes / 3)));
  const total = sizes.reduce((sum, { share }) => sum + share, 0);
  const cells = sizes.flatMap(({ size, share }) =>
    PORTIONS.map(({ portions, share: part }) => ({
      recipesPerBox: size,
      portions,
      share: Number(((share / total) * part).toFixed(6)),
    })),
  );
  const rest = cells.slice(1).reduce((sum, cell) => sum + cell.share, 0);
  return [{ ...cells[0], share: Number((1 - rest).toFixed(6)) }, ...cells.slice(1)];
}

/** A new menu every week, half of it known from the weeks before; uptake falls by rank. */
function inventMenu(random: RandomSource, cookbook: readonly SampleRecipe[], size: number, week: number) {
  const offset = week * Math.ceil(size / 2);
  const recipes = Array.from({ length: size }, (_, at) => cookbook[(offset + at) % cookbook.length]);
  const slope = size < 20 ? 0.2 : 0.6;
  const weights = random.sample(recipes, size).map((recipe, rank) => ({
    recipe,
    weight: (0.85 + 0.3 * random.next()) / (rank + 1) ** slope,
  }));
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  const menu = weights.map(({ recipe, weight }) => ({ recipe, uptake: Number((weight / total).toFixed(6)) }));
  const rest = menu.slice(1).reduce((sum, { uptake }) => sum + uptake, 0);
  return [{ ...menu[0], uptake: Number((1 - rest).toFixed(6)) }, ...menu.slice(1)];
}

const SKU_IDS = INGREDIENTS.map((_, at) => `SKU-${String(1001 + at)}`);

function skuRows(): Cell[][] {
  return INGREDIENTS.map(({ name, category, shelfLifeDays }, at) => {
    const title = name.charAt(0).toUpperCase() + name.slice(1);
    return [SKU_IDS[at], title, 'pack', category, shelfLifeDays];
  });
}

/** 7 to 13 ingredients; four portions take about twice the packs. */
function billRows(random: RandomSource, { id }: SampleRecipe): Cell[][] {
  const skus = random.sample(SKU_IDS, 7 + random.below(7));
  const packs = skus.map(() => (random.next() < 0.8 ? 1 : 2));
  return PORTIONS.flatMap(({ portions }) =>
    skus.map((sku, at) => [id, portions, sku, portions === 2 ? packs[at] : packs[at] * (random.next() < 0.7 ? 2 : 1)]),
  );
}

/** The last is the catch-all; of three or more, the first is filled exactly. */
function inventFactories(count: number): SampleFactory[] {
  return Array.from({ length: count }, (_, at) => {
    const name = TOWNS[(at === count - 1 ? 2 : at < 2 ? at : at + 1) % TOWNS.length];
    const id = name.slice(0, 3).toUpperCase();
    if (at === count - 1) return { id, name, fill: 'at_most', carries: 1, capShare: undefined };
    const isExact = at === 0 && count >= 3;
    const capShare = (isExact ? 0.4 : 0.7) / (count - 1);
    return { id, name, fill: isExact ? 'exact' : 'at_most', carries: isExact ? 0.88 : 0.92, capShare };
  });
}

function capRows(sites: readonly SampleFactory[], { boxes, dates }: SampleWeek): Cell[][] {
  return dates.flatMap((date, day) =>
    sites.map(({ id, capShare }) => [
      id,
      date,
      capShare === undefined ? 'inf' : Math.floor(capShare * boxes * DAY_SHARES[day]),
    ]),
  );
}

/** Overlapping: every site leaves out a stretch of the cookbook of its own. */
function eligibilityRows(sites: readonly SampleFactory[], cookbook: readonly SampleRecipe[]): Cell[][] {
  const n = cookbook.length;
  return sites.flatMap(({ id, carries }, at) => {
    const from = Math.floor((at * n) / sites.length);
    const left = Math.floor(n * (1 - carries));
    return cookbook.filter((_, r) => (r - from + n) % n >= left).map((recipe) => [id, recipe.id]);
  });
}

function productRows(sites: readonly SampleFactory[]): Cell[][] {
  const holders = [...new Set([sites[Math.max(0, sites.length - 2)].id, sites[sites.length - 1].id])];
  return ADD_ONS.map((name, at) => {
    const perBox = [0.14, 0.11, 0.08, 0.09, 0.04, 0.06][at];
    return ['*', `P${String(at + 1).padStart(2, '0')}`, name, perBox, at === 4 ? holders.join('|') : '*'];
  });
}
