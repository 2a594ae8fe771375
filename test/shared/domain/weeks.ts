/** Small weeks for tests: everything has a default, and what a test is about is named in the test. */

import { boxMasks } from '../../../shared/domain/box-masks.ts';
import { allFactories } from '../../../shared/domain/factory-mask.ts';
import type {
  Boxes,
  DeliveryDate,
  Factory,
  FactoryId,
  MenuWeek,
  Product,
  ProductId,
  Recipe,
  RecipeId,
} from '../../../shared/domain/model.ts';
import type { SkuId, SkuInfo, Week } from '../../../shared/domain/model.ts';

export interface PlacedBox {
  readonly day?: number;
  readonly size?: number;
  readonly recipes: readonly number[];
  /** Product index → units. */
  readonly products?: Readonly<Record<number, number>>;
}

export interface WeekSettings {
  readonly menuWeek?: string;
  readonly boxes?: number;
  readonly boxesSd?: number;
  readonly horizonWeeks?: number;
  /** Need not be normalised. */
  readonly dayShare?: readonly number[];
  readonly portionSizes?: readonly number[];
  /** [recipes per box, index of the portion size, share]; shares need not be normalised. */
  readonly mix?: readonly (readonly [number, number, number])[];
  /** [recipe], need not be normalised. */
  readonly uptake?: readonly number[];
  /** [recipe], bits; default: every factory carries everything. */
  readonly carriedBy?: readonly number[];
  /** Default: one catch-all. The last is the catch-all. */
  readonly factories?: readonly Factory['fill'][];
  /** [day][factory], or [factory] for every day; default no caps. */
  readonly caps?: readonly (readonly number[])[] | readonly number[];
  readonly products?: readonly { readonly perBox: number; readonly factoryMask?: number }[];
  readonly placed?: readonly PlacedBox[];
  /** [recipe][size]: pairs of SKU index and packs; default: recipe r needs 1 pack of SKU r a portion size. */
  readonly bill?: (recipe: number, size: number) => readonly (readonly [number, number])[];
  readonly skus?: number;
}

/** Of a simulation about which nothing is special. */
export const options = { seed: 11, constraints: {} };

/** Zipf's law: share of recipe i in proportion to (i + 1)^−exponent. */
export function zipf(recipes: number, exponent: number): number[] {
  return Array.from({ length: recipes }, (_, i) => (i + 1) ** -exponent);
}

/** A column store of placed boxes. */
export function makeBoxes(placed: readonly PlacedBox[]): Boxes {
  const recipeStart = new Uint32Array(placed.length + 1);
  const productStart = new Uint32Array(placed.length + 1);
  const recipe: number[] = [];
  const product: number[] = [];
  const units: number[] = [];
  placed.forEach((box, i) => {
    recipe.push(...box.recipes);
    for (const [p, count] of Object.entries(box.products ?? {})) {
      product.push(Number(p));
      units.push(count);
    }
    recipeStart[i + 1] = recipe.length;
    productStart[i + 1] = product.length;
  });
  return {
    count: placed.length,
    day: Uint8Array.from(placed, (box) => box.day ?? 0),
    size: Uint8Array.from(placed, (box) => box.size ?? 0),
    recipeStart,
    recipe: Uint16Array.from(recipe),
    productStart,
    product: Uint16Array.from(product),
    units: Uint8Array.from(units),
  };
}

/** Placed boxes that lean to other recipes, days and sizes than the week does. */
export function somePlaced(count: number, recipes: number): PlacedBox[] {
  return Array.from({ length: count }, (_, i) => ({
    day: i % 3 === 0 ? 2 : 0,
    size: i % 2,
    recipes: [i % recipes, (i + 3) % recipes, (i * i + 7) % recipes],
    ...(i % 4 === 0 ? { products: { 0: 1 } } : {}),
  }));
}

/** A week of 1,000 boxes, 3 days, portions 2 and 4, boxes of 2 to 4 recipes and 20 recipes unless told. */
export function makeWeek(settings: WeekSettings = {}): Week {
  const dayShare = normalised(settings.dayShare ?? [0.5, 0.3, 0.2]);
  const portionSizes = settings.portionSizes ?? [2, 4];
  const uptake = normalised(settings.uptake ?? zipf(20, 0.8));
  const mix = settings.mix ?? DEFAULT_MIX;
  const factories = (settings.factories ?? ['at_most']).map(makeFactory);
  const recipes = uptake.length;
  return {
    menuWeek: (settings.menuWeek ?? '2026-W49') as MenuWeek,
    boxes: settings.boxes ?? 1000,
    ...(settings.boxesSd === undefined ? {} : { boxesSd: settings.boxesSd }),
    horizonWeeks: settings.horizonWeeks ?? 0,
    days: [...dayShare.keys()].map((d) => `2026-12-0${d + 1}` as DeliveryDate),
    dayShare,
    portionSizes,
    mix: {
      recipesPerBox: Uint8Array.from(mix, ([k]) => k),
      size: Uint8Array.from(mix, ([, size]) => size),
      share: normalised(mix.map(([, , share]) => share)),
    },
    recipes: [...uptake.keys()].map(makeRecipe),
    uptake,
    carriedBy: Uint32Array.from(settings.carriedBy ?? Array.from(uptake, () => allFactories(factories.length))),
    factories,
    catchAll: factories.length - 1,
    caps: makeCaps(settings.caps, dayShare.length, factories.length),
    skus: Array.from({ length: settings.skus ?? recipes }, (_, s) => makeSku(s)),
    billOfMaterials: makeBill(recipes, portionSizes.length, settings.bill ?? ((r, s) => [[r, s + 1]])),
    products: (settings.products ?? []).map(({ perBox, factoryMask }, p) => makeProduct(p, perBox, factoryMask)),
    placed: makeBoxes(settings.placed ?? []),
  };
}

const DEFAULT_MIX: readonly (readonly [number, number, number])[] = [
  [2, 0, 0.2],
  [3, 0, 0.3],
  [3, 1, 0.2],
  [4, 1, 0.3],
];

function normalised(shares: readonly number[]): Float64Array {
  const sum = shares.reduce((total, share) => total + share, 0);
  return Float64Array.from(shares, (share) => share / sum);
}

function makeFactory(fill: Factory['fill'], f: number): Factory {
  return { id: `F${f}` as FactoryId, name: `Factory ${f}`, fill };
}

function makeRecipe(r: number): Recipe {
  return { id: `R${r}` as RecipeId, name: `Recipe ${r}` };
}

function makeSku(s: number): SkuInfo {
  return { id: `S${s}` as SkuId, name: `SKU ${s}`, unit: 'pack' };
}

function makeProduct(p: number, perBox: number, factoryMask = 0xffffffff): Product {
  return { id: `P${p}` as ProductId, name: `Product ${p}`, perBox, factoryMask };
}

function makeCaps(caps: WeekSettings['caps'], days: number, factories: number): Float64Array {
  const rows = Array.from({ length: days }, (_, d) => {
    const row = caps?.[d];
    if (typeof row === 'object') return row;
    return Array.from({ length: factories }, (__, f) => (caps as readonly number[] | undefined)?.[f] ?? Infinity);
  });
  return Float64Array.from(rows.flat());
}

function makeBill(
  recipes: number,
  sizes: number,
  bill: (recipe: number, size: number) => readonly (readonly [number, number])[],
): Week['billOfMaterials'] {
  const lines = Array.from({ length: recipes * sizes }, (_, row) => bill(Math.floor(row / sizes), row % sizes));
  const start = new Uint32Array(lines.length + 1);
  lines.forEach((row, i) => (start[i + 1] = start[i] + row.length));
  return {
    start,
    sku: Uint16Array.from(lines.flat(), ([sku]) => sku),
    packs: Uint16Array.from(lines.flat(), ([, packs]) => packs),
  };
}

/** [value] how often it occurs. */
export function tally(values: ArrayLike<number>, length: number): number[] {
  const counts = new Array<number>(length).fill(0);
  for (let i = 0; i < values.length; i++) counts[values[i]]++;
  return counts;
}

/** A mix of eight cells, [recipes per box, index of the portion size, share]. */
export const LARGE_MIX = [
  [2, 0, 0.1674],
  [2, 1, 0.1026],
  [3, 0, 0.2356],
  [3, 1, 0.1444],
  [4, 0, 0.15],
  [4, 1, 0.09],
  [5, 0, 0.06],
  [5, 1, 0.05],
] as const;

export function sum(values: ArrayLike<number>): number {
  return Array.from(values).reduce((total, value) => total + value, 0);
}

/** [product], units in all boxes. */
export function unitsOf(boxes: Boxes, products: number): number[] {
  const units = new Array<number>(products).fill(0);
  boxes.product.forEach((product, line) => (units[product] += boxes.units[line]));
  return units;
}

/** No recipe twice, a factory left for every box, columns that agree. */
export function expectSound(week: Week, boxes: Boxes): void {
  for (let box = 0; box < boxes.count; box++) {
    const set = boxes.recipe.subarray(boxes.recipeStart[box], boxes.recipeStart[box + 1]);
    if (new Set(set).size !== set.length) throw new Error(`box ${box} holds a recipe twice: ${set.join()}`);
  }
  expect(boxMasks(week, boxes).indexOf(0)).toBe(-1);
  expect(boxes.recipeStart[boxes.count]).toBe(boxes.recipe.length);
  expect(boxes.productStart[boxes.count]).toBe(boxes.product.length);
  expect(boxes.units.length).toBe(boxes.product.length);
}
