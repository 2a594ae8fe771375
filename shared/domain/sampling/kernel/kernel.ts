/**
 * The innermost loops of the simulator, compiled from `assembly/` to WebAssembly (docs/decisions/kernel.md). They work in
 * a memory of their own, on some two thousand orders at a time. Arrays that go in are copied there; arrays that come out
 * lie there, without a copy, and are valid until the next call.
 *
 * The sets that were drawn last stay there: `countPicks`, `drawUnits` and `classify` go on with them.
 */

import type { CondensedTable } from '../condensed-table.ts';
import type { RandomKey } from '../random.ts';
import { wasm, views } from './memory.ts';

/** Orders, or random blocks, of one call at the most. */
export const MAX_ORDERS: number = wasm.MAX_ORDERS.value;
/** With so many classes a scenario may have more than can be told apart. */
export const MAX_CLASSES: number = wasm.MAX_CLASSES.value;
/** More words are copied sooner through a view than one by one. */
const MAX_WORDS_COPIED_SINGLY = 16;

const { setKey, fillRandom: fillBlocks } = wasm;

function useKey(key: RandomKey): void {
  setKey(key[0], key[1], key[2], key[3], key[4]);
}

/**
 * Fills `out` with the random blocks (Threefry4x32 with 13 rounds, four words each) of `count` consecutive indices.
 *
 * Counter of block i = (first + i, draw, stream, scenario).
 *
 * @param at first word of `out` to write
 */
export function fillRandom(
  out: Uint32Array,
  at: number,
  key: RandomKey,
  first: number,
  count: number,
  draw: number,
  stream: number,
  scenario: number,
): void {
  useKey(key);
  const { words } = views();
  for (let done = 0; done < count; done += MAX_ORDERS) {
    const made = 4 * Math.min(MAX_ORDERS, count - done);
    const to = at + 4 * done;
    fillBlocks(first + done, made / 4, draw, stream, scenario);
    if (made > MAX_WORDS_COPIED_SINGLY) out.set(words.subarray(0, made), to);
    else for (let word = 0; word < made; word++) out[to + word] = words[word];
  }
}

/** Where random numbers come from, beside the order they are for. */
export interface DrawSource {
  readonly key: RandomKey;
  readonly scenario: number;
}

/** What sets are drawn from. */
export interface SetTables extends CondensedTable {
  /** [recipe], factories as bits. */
  readonly carriedBy: Uint32Array;
}

/** Sets of k recipes, to be written to where none is found. */
export interface Sets {
  /** [set × k + place] */
  readonly recipe: Uint16Array;
  /** [set], factories that carry all of it, as bits; 0 where none is found. */
  readonly mask: Int32Array;
  /** How many are not found. */
  readonly missing: number;
}

/** The tables in the kernel's memory. */
let entered: SetTables | undefined;
/** Where its quotas begin, after the counts, and the turns after them. */
let quotasAt = 0;
let turnsAt = 0;

/**
 * Draws the sets of orders `first` to `first` + `count` − 1 (at most MAX_ORDERS) by rejection: k distinct recipes, at most
 * 8, that one factory carries together.
 */
export function drawSetsByRejection(
  tables: SetTables,
  { key, scenario }: DrawSource,
  first: number,
  count: number,
  k: number,
): Sets {
  if (entered !== tables) {
    const { recipes, carriedBy } = views();
    enterTable(recipes, tables);
    carriedBy.set(tables.carriedBy);
    entered = tables;
  }
  useKey(key);
  return setsOf(count, k, wasm.drawSets(first, count, k, scenario));
}

/** Sets none of which is found yet. */
export function missingSets(count: number, k: number): Sets {
  views().mask.fill(0, 0, count);
  return setsOf(count, k, count);
}

function setsOf(count: number, k: number, missing: number): Sets {
  const { recipe, mask } = views();
  return { recipe: recipe.subarray(0, count * k), mask: mask.subarray(0, count), missing };
}

function enterTable(into: CondensedTable, { primary, secondary }: CondensedTable): void {
  into.primary.set(primary);
  into.secondary.set(secondary);
}

/** The counts, [cell], on which `countPicks` and `giveAndCount` go on. */
export function enterCounts(counts: Int32Array): void {
  views(counts.length).counts.set(counts);
  quotasAt = counts.length;
}

/** Writes the counts entered last, and what has been counted since, to `into`. */
export function takeCounts(into: Int32Array): void {
  into.set(views().counts.subarray(0, into.length));
}

/** Counts the picks of the sets drawn last, with `day` [set]: cell = day × recipes + recipe. */
export function countPicks(day: Uint8Array, k: number, recipes: number): void {
  views().day.set(day);
  wasm.countPicks(day.length, k, recipes);
}

/**
 * Begins a block of orders (at most MAX_ORDERS) without products.
 *
 * @param mask [order], factories that carry all its recipes, as bits
 * @param limit units of products that a box may hold
 */
export function enterBlock(mask: Int32Array, limit: number): void {
  views().mask.set(mask);
  wasm.enterBlock(mask.length, limit);
}

/**
 * Puts units of a product into boxes of the block, each into one drawn at random among those that can take it.
 *
 * @param factories that hold the product, as bits
 * @param firstRandomBlock of the product's in this block of orders
 * @returns how many found room
 */
export function placeUnits(
  key: RandomKey,
  product: number,
  factories: number,
  units: number,
  firstRandomBlock: number,
): number {
  useKey(key);
  return wasm.placeUnits(product, factories, units, firstRandomBlock);
}

/** The products of a block's boxes. */
export interface ProductLines {
  /** [order], where its lines end. */
  readonly nextStart: Int32Array;
  /** [line], by order. */
  readonly product: Uint16Array;
  readonly units: Uint8Array;
}

/** The products that have been put into the block of `orders` orders; `nextStart` is counted from `start`. */
export function takeLines(orders: number, start: number): ProductLines {
  const lines = wasm.sortLines(start);
  const { nextStart, product, units } = views();
  return {
    nextStart: nextStart.subarray(0, orders),
    product: product.subarray(0, lines),
    units: units.subarray(0, lines),
  };
}

/** Draws the label of each of `boxes` boxes and writes to `into`, [label], how many get it. */
export function countLabels(
  table: CondensedTable,
  { key, scenario }: DrawSource,
  boxes: number,
  into: Int32Array,
): void {
  useKey(key);
  const { labels, counts } = views(into.length);
  enterTable(labels, table);
  counts.fill(0, 0, into.length);
  wasm.countLabels(boxes, scenario);
  takeCounts(into);
}

/**
 * What `drawUnits` draws from.
 *
 * @param table of products
 * @param unitsUpTo [units], chance that a box holds so many or fewer, in 65,536ths
 * @param masks [product], factories that hold it, as bits
 */
export function enterProducts(table: CondensedTable, unitsUpTo: Uint32Array, masks: readonly number[]): void {
  const memory = views();
  enterTable(memory.products, table);
  memory.unitsUpTo.set(unitsUpTo);
  memory.productMask.set(masks);
}

/** Units of products, by box. */
export interface Units {
  /** [unit], the place of its box among those drawn last. */
  readonly box: Uint16Array;
  /** [unit] */
  readonly product: Uint16Array;
  /** How many were drawn, with those that fit no factory's box and are not among these. */
  readonly drawn: number;
}

/** Draws the products of the sets drawn last: `count` boxes from index `first` on, units from index `unit` on. */
export function drawUnits({ key, scenario }: DrawSource, first: number, count: number, unit: number): Units {
  useKey(key);
  const kept = wasm.drawUnits(first, count, unit, scenario);
  const { unitBox, unitProduct } = views();
  return { box: unitBox.subarray(0, kept), product: unitProduct.subarray(0, kept), drawn: wasm.unitsDrawn.value };
}

/** Forgets all classes; `masks`, all different, are of the first. Boxes that the same factories can make are of one class. */
export function startClasses(masks: readonly number[]): void {
  wasm.clearClasses();
  for (const mask of masks) wasm.classOf(mask);
}

/** [box], the classes of the sets drawn last and their products; `takeClassCounts` counts them. */
export function classify(count: number): Uint16Array {
  wasm.classify(count);
  return views().class.subarray(0, count);
}

/** [class], the boxes classified since this was asked for last, as a copy. Classes that come up later are not in it. */
export function takeClassCounts(): Int32Array {
  const counts = views().classCount.subarray(0, wasm.classCount());
  const copy = counts.slice();
  counts.fill(0);
  return copy;
}

/** [class], factories as bits, as a copy; MAX_CLASSES at most. */
export function classMasks(): Int32Array {
  return views().classMask.slice(0, wasm.classCount());
}

/**
 * The quotas by which `giveAndCount` gives boxes to factories.
 *
 * @param left [class × places + place], boxes that each place still takes; the last place stands for no room
 * @param turn [class], the place whose turn it is
 */
export function enterQuotas(left: Int32Array, turn: Int32Array): void {
  const places = left.length / turn.length;
  turnsAt = quotasAt + left.length;
  const { counts } = views(turnsAt + turn.length);
  counts.set(left, quotasAt);
  for (let c = 0; c < turn.length; c++) counts[turnsAt + c] = c * places + turn[c];
}

/** Cells of counts: cell = first + factory × perFactory + recipe × perRecipe. */
export interface Cells {
  readonly first: number;
  readonly perFactory: number;
  readonly perRecipe: number;
  readonly factories: number;
}

/**
 * Gives boxes (at most MAX_ORDERS) of k recipes to factories by their classes' quotas, and counts their recipes there.
 *
 * @param recipe [box × k + place]
 * @param classes [box]
 * @returns [box], its factory; `cells.factories` where it finds no room
 */
export function giveAndCount(recipe: Uint16Array, classes: Uint16Array, k: number, cells: Cells): Uint8Array {
  const memory = views();
  const { first, perFactory, perRecipe, factories } = cells;
  memory.recipe.set(recipe);
  memory.class.set(classes);
  wasm.giveAndCount(classes.length, k, first, perFactory, perRecipe, factories, quotasAt, turnsAt);
  return memory.factory.subarray(0, classes.length);
}
