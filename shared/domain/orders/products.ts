/** Attaches products to simulated boxes: exact totals, each unit in a box that can still be routed with it. */

import { InputError } from '../errors.ts';
import { goldenWalk } from './golden-ratio-order.ts';
import { kernel, views } from '../sampling/kernel/kernel.ts';
import type { Boxes, Week } from '../model.ts';
import { useKey, type RandomKey } from '../sampling/random.ts';
import { STRATUM } from './blocks.ts';

/** The three columns of products in `Boxes`. */
export type ProductColumns = Pick<Boxes, 'productStart' | 'product' | 'units'>;

export interface AttachedProducts extends ProductColumns {
  /** What finds no room in the last boxes that placed orders leave, a sentence each. */
  readonly leftOut: readonly string[];
}

const A_TENTH = 0.1;

/** Block numbers a product has in a stratum, for each box: more than its candidates need, as misses are few. */
const BLOCKS_PER_BOX = 64;

/**
 * Puts `totals[p]` units of each product p into boxes chosen at random.
 *
 * Each stratum of orders gets its part of a product's total, and each unit a box of the stratum by a random
 * number of its own; what finds no room there goes to any box that has some. So the work stays within a
 * stratum, and a week with one box more keeps nearly all of its products in place.
 *
 * @param mask [box], factories that carry all its recipes, as bits
 * @param limit units a box may hold
 * @param productStart one longer than the boxes, all 0: becomes the column
 * @throws InputError when no box can take a unit of a product
 */
export function attachProducts(
  week: Week,
  mask: Int32Array,
  totals: Int32Array,
  limit: number,
  key: RandomKey,
  productStart: Uint32Array,
): AttachedProducts {
  const count = mask.length;
  const most = totals.reduce((sum, total) => sum + total, 0);
  const columns = { productStart, product: new Uint16Array(most), units: new Uint8Array(most) };
  const left = Int32Array.from(totals);
  const holders = week.products.map(({ factoryMask }) => factoryMask);
  let lines = 0;
  useKey(key);
  for (let start = 0; start < count; start += STRATUM) {
    const end = Math.min(start + STRATUM, count);
    views().mask.set(mask.subarray(start, end));
    kernel.enterStratum(end - start, limit);
    for (let p = 0; p < totals.length; p++) {
      const units = partOf(totals[p], end, count) - partOf(totals[p], start, count);
      left[p] -= kernel.placeUnits(p, holders[p], units, start * BLOCKS_PER_BOX);
    }
    lines = takeLines(columns, start, end, lines);
  }
  const placed = {
    productStart,
    product: columns.product.slice(0, lines),
    units: columns.units.slice(0, lines),
  };
  return left.some((units) => units > 0)
    ? placedAnywhere(week, mask, totals, left, limit, placed)
    : { ...placed, leftOut: [] };
}

/** How many of `total` the first `end` of `count` orders get. */
function partOf(total: number, end: number, count: number): number {
  return Math.round((total * end) / count);
}

/** Appends the lines of the stratum `start` to `end` − 1; returns how many there are now. */
function takeLines(
  { productStart, product, units }: ProductColumns,
  start: number,
  end: number,
  before: number,
): number {
  const lines = kernel.sortLines(before);
  const from = views();
  productStart.set(from.nextStart.subarray(0, end - start), start + 1);
  product.set(from.product.subarray(0, lines), before);
  units.set(from.units.subarray(0, lines), before);
  return before + lines;
}

/**
 * The columns with `left[p]` units of each product more, one by one in boxes that have room: boxes that lie
 * far apart.
 */
function placedAnywhere(
  week: Week,
  mask: Int32Array,
  totals: Int32Array,
  left: Int32Array,
  limit: number,
  placed: ProductColumns,
): AttachedProducts {
  const products = week.products.length;
  const leftOut: string[] = [];
  const whole = enterWeek(week, mask, totals, limit, placed);
  const { size, stride } = goldenWalk(mask.length);
  left.forEach((units, p) => {
    const { id, name, factoryMask } = week.products[p];
    let missing = units;
    for (let before = -1; missing > 0 && missing !== before;) {
      before = missing;
      for (let turn = 0, box = 0; turn < size && missing > 0; turn++, box = (box + stride) & (size - 1))
        if (box < mask.length && putUnit(whole, box, box * products + p, factoryMask)) missing--;
    }
    if (missing === 0) return;
    const room = `boxes have room for it and recipes that one of its factories carries`;
    if (missing > mostLeftOut(week, p))
      throw new InputError(
        `product ${id} (${name}): ${totals[p]} units are expected, but not enough simulated ${room}; ` +
          `expected a smaller per_box`,
      );
    leftOut.push(
      `product ${id} (${name}): ${missing} of the ${totals[p]} units that placed orders leave are left out, as too few ${room}`,
    );
  });
  return { ...columnsOf(whole.cells.subarray(0, whole.units).sort(), mask.length, products), leftOut };
}

/** Units of a product that the last boxes need not take: without placed orders none, else a tenth of the week's. */
function mostLeftOut({ placed, products, boxes }: Week, product: number): number {
  return placed.count === 0 ? 0 : A_TENTH * products[product].perBox * boxes;
}

/** The boxes of a week while units are put in them one by one. */
interface WholeWeek {
  /** [box], factories that carry all that is in it, as bits. */
  readonly open: Int32Array;
  /** [box], units it still may hold. */
  readonly room: Uint8Array;
  /** [unit], box × products + product. */
  readonly cells: Float64Array;
  units: number;
}

function enterWeek(
  week: Week,
  mask: Int32Array,
  totals: Int32Array,
  limit: number,
  { productStart, product, units }: ProductColumns,
): WholeWeek {
  const whole = {
    open: Int32Array.from(mask),
    room: new Uint8Array(mask.length).fill(limit),
    cells: new Float64Array(totals.reduce((sum, total) => sum + total, 0)),
    units: 0,
  };
  for (let box = 0; box < mask.length; box++)
    for (let line = productStart[box]; line < productStart[box + 1]; line++)
      for (let unit = 0; unit < units[line]; unit++)
        putUnit(
          whole,
          box,
          box * week.products.length + product[line],
          week.products[product[line]].factoryMask,
        );
  return whole;
}

/** Puts a unit into a box; false where it has no room for it. */
function putUnit(whole: WholeWeek, box: number, cell: number, factories: number): boolean {
  const { open, room, cells } = whole;
  if (room[box] === 0 || (open[box] & factories) === 0) return false;
  room[box]--;
  open[box] &= factories;
  cells[whole.units++] = cell;
  return true;
}

/** @param cells [unit], box × products + product, ascending */
function columnsOf(cells: Float64Array, boxes: number, products: number): ProductColumns {
  const productStart = new Uint32Array(boxes + 1);
  const product = new Uint16Array(cells.length);
  const units = new Uint8Array(cells.length);
  let lines = 0;
  for (let unit = 0; unit < cells.length; unit++) {
    if (unit === 0 || cells[unit] !== cells[unit - 1]) {
      product[lines++] = cells[unit] % products;
      productStart[Math.floor(cells[unit] / products) + 1]++;
    }
    units[lines - 1]++;
  }
  for (let box = 0; box < boxes; box++) productStart[box + 1] += productStart[box];
  return { productStart, product: product.slice(0, lines), units: units.slice(0, lines) };
}
