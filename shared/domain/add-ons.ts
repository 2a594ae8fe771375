/** Attaches products to simulated boxes: exact totals, each unit in a box that can still be routed with it. */

import { InputError } from './errors';
import type { Boxes, Week } from './model';
import { enterRegion, placeUnits, ProductLines, regionOf, takeRoom } from './product-lines';
import type { RandomKey } from './random';
import { STRATUM } from './strata';

/** The three columns of products in `Boxes`. */
export type ProductColumns = Pick<Boxes, 'productStart' | 'product' | 'units'>;

/** [box], the factories that carry all its recipes and products, as bits; 0 where none does. */
export function boxMasks(week: Week, boxes: Boxes): Int32Array {
  const mask = new Int32Array(boxes.count).fill(2 ** week.factories.length - 1);
  for (let box = 0; box < boxes.count; box++) {
    for (let p = boxes.recipeStart[box]; p < boxes.recipeStart[box + 1]; p++)
      mask[box] &= week.carriedBy[boxes.recipe[p]];
    for (let p = boxes.productStart[box]; p < boxes.productStart[box + 1]; p++)
      mask[box] &= week.products[boxes.product[p]].factoryMask;
  }
  return mask;
}

/**
 * Puts `totals[p]` units of each product p into boxes chosen at random.
 *
 * Each stratum of orders gets its part of a product's total, and each unit a box of the stratum by a random
 * number of its own; what finds no room there goes to any box that has some. So the work stays within a
 * stratum, and a week with one box more keeps nearly all of its products in place.
 *
 * @param mask [box], factories that carry all its recipes, as bits
 * @param limit units a box may hold
 * @throws InputError when no box can take a unit of a product
 */
export function attachProducts(
  week: Week,
  mask: Int32Array,
  totals: Int32Array,
  limit: number,
  key: RandomKey,
): ProductColumns {
  const count = mask.length;
  const lines = new ProductLines(totals.reduce((sum, total) => sum + total, 0));
  const left = Int32Array.from(totals);
  const stratum = regionOf(Math.min(STRATUM, count), 0);
  for (let start = 0; start < count; start += STRATUM) {
    const end = Math.min(start + STRATUM, count);
    enterRegion(stratum, mask, start, end - start, limit);
    for (let p = 0; p < totals.length; p++) {
      const units = partOf(totals[p], end, count) - partOf(totals[p], start, count);
      left[p] -= placeUnits(stratum, lines, p, week.products[p].factoryMask, units, key);
    }
  }
  return left.some((units) => units > 0)
    ? columns(count, placedAnywhere(week, mask, totals, left, limit, lines, key))
    : columns(count, lines);
}

/** How many of `total` the first `end` of `count` orders get. */
function partOf(total: number, end: number, count: number): number {
  return Math.round((total * end) / count);
}

/** The lines with `left[p]` units of each product more, in any box that has room. */
function placedAnywhere(
  week: Week,
  mask: Int32Array,
  totals: Int32Array,
  left: Int32Array,
  limit: number,
  lines: ProductLines,
  key: RandomKey,
): ProductLines {
  const whole = regionOf(mask.length, 1);
  enterRegion(whole, mask, 0, mask.length, limit);
  for (let l = 0; l < lines.length; l++)
    takeRoom(whole, lines.box[l], week.products[lines.product[l]].factoryMask, lines.units[l]);
  left.forEach((units, p) => {
    const { id, name, factoryMask } = week.products[p];
    if (placeUnits(whole, lines, p, factoryMask, units, key) < units)
      throw new InputError(
        `product ${id} (${name}): ${totals[p]} units are expected, but not enough ` +
          `simulated boxes have room for it and recipes that one of its factories carries`,
      );
  });
  return lines.merged(week.products.length);
}

/** Lines sorted by box; the order within one stays. */
function columns(count: number, { length, box, product, units }: ProductLines): ProductColumns {
  const productStart = linesUpTo(count, length, box);
  const columns = { productStart, product: new Uint16Array(length), units: new Uint8Array(length) };
  // Each start moves on with its lines, and ends where the box ends: that is the start of the next.
  for (let l = 0; l < length; l++) {
    const at = productStart[box[l] + 1]++;
    columns.product[at] = product[l];
    columns.units[at] = units[l];
  }
  return columns;
}

/** [box + 1], lines of the boxes before it. */
function linesUpTo(count: number, length: number, box: Uint32Array): Uint32Array {
  const result = new Uint32Array(count + 1);
  for (let l = 0; l < length; l++) result[box[l] + 1]++;
  let before = 0;
  for (let i = 1; i <= count; i++) {
    const lines = result[i];
    result[i] = before;
    before += lines;
  }
  return result;
}
