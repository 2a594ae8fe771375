/** Attaches products to simulated boxes: exact totals, each unit in a box that can still be routed with it. */

import { InputError } from '../errors.ts';
import type { Boxes, Week } from '../model.ts';
import { enterBlock, placeUnits, takeLines } from '../sampling/kernel/kernel.ts';
import { ORDERS_PER_BLOCK } from './blocks.ts';
import { goldenRatioOrder } from './golden-ratio-order.ts';
import type { OrderPlan } from './plan-orders.ts';

/** The three columns of products in `Boxes`. */
export type ProductColumns = Pick<Boxes, 'productStart' | 'product' | 'units'>;

export interface AttachedProducts extends ProductColumns {
  /** What finds no room in the last boxes that placed orders leave, a sentence each. */
  readonly leftOut: readonly string[];
}

/** Of a product's units in the week: so much may be left out where placed orders leave no room for it. */
const MAX_LEFT_OUT_SHARE = 0.1;

/** Random blocks that a product has for each order of a block: more than its candidates need, as misses are few. */
const RANDOM_BLOCKS_PER_ORDER = 64;

/**
 * Puts the plan's units of each product into boxes chosen at random.
 *
 * Each block of orders gets its part of a product's total, and each unit a box of the block by a random
 * number of its own; what finds no room there goes to any box that has some. So the work stays within a
 * block, and a week with one box more keeps nearly all of its products in place.
 *
 * @param mask [box], factories that carry all its recipes, as bits
 * @param productStart one longer than the boxes, all 0: becomes the column
 * @throws InputError when no box can take a unit of a product
 */
export function attachProducts(plan: OrderPlan, mask: Int32Array, productStart: Uint32Array): AttachedProducts {
  const { week, key, productUnits: totals, productLimit } = plan;
  const count = mask.length;
  const maxLines = totals.reduce((sum, total) => sum + total, 0);
  const columns = { productStart, product: new Uint16Array(maxLines), units: new Uint8Array(maxLines) };
  const left = Int32Array.from(totals);
  const holders = week.products.map(({ factoryMask }) => factoryMask);
  let lines = 0;
  for (let start = 0; start < count; start += ORDERS_PER_BLOCK) {
    const end = Math.min(start + ORDERS_PER_BLOCK, count);
    enterBlock(mask.subarray(start, end), productLimit);
    for (let p = 0; p < totals.length; p++) {
      const units = partOf(totals[p], end, count) - partOf(totals[p], start, count);
      left[p] -= placeUnits(key, p, holders[p], units, start * RANDOM_BLOCKS_PER_ORDER);
    }
    lines = appendLines(columns, start, end, lines);
  }
  const placed = { productStart, product: columns.product.slice(0, lines), units: columns.units.slice(0, lines) };
  return left.some((units) => units > 0) ? placedAnywhere(plan, mask, left, placed) : { ...placed, leftOut: [] };
}

/** How many of `total` the first `end` of `count` orders get. */
function partOf(total: number, end: number, count: number): number {
  return Math.round((total * end) / count);
}

/** Appends the lines of the block `start` to `end` − 1; returns how many there are now. */
function appendLines(
  { productStart, product, units }: ProductColumns,
  start: number,
  end: number,
  before: number,
): number {
  const lines = takeLines(end - start, before);
  productStart.set(lines.nextStart, start + 1);
  product.set(lines.product, before);
  units.set(lines.units, before);
  return before + lines.product.length;
}

/**
 * The columns with `left[p]` units of each product more, one by one in boxes that have room: boxes that lie
 * far apart.
 */
function placedAnywhere(plan: OrderPlan, mask: Int32Array, left: Int32Array, placed: ProductColumns): AttachedProducts {
  const { week, productUnits: totals } = plan;
  const products = week.products.length;
  const leftOut: string[] = [];
  const whole = enterWeek(plan, mask, placed);
  const { size, stride } = goldenRatioOrder(mask.length);
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
    if (missing > maxLeftOut(week, p))
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
function maxLeftOut({ placed, products, boxes }: Week, product: number): number {
  return placed.count === 0 ? 0 : MAX_LEFT_OUT_SHARE * products[product].perBox * boxes;
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
  { week, productUnits, productLimit }: OrderPlan,
  mask: Int32Array,
  { productStart, product, units }: ProductColumns,
): WholeWeek {
  const whole = {
    open: Int32Array.from(mask),
    room: new Uint8Array(mask.length).fill(productLimit),
    cells: new Float64Array(productUnits.reduce((sum, total) => sum + total, 0)),
    units: 0,
  };
  for (let box = 0; box < mask.length; box++)
    for (let line = productStart[box]; line < productStart[box + 1]; line++)
      for (let unit = 0; unit < units[line]; unit++)
        putUnit(whole, box, box * week.products.length + product[line], week.products[product[line]].factoryMask);
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
