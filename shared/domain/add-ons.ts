/** Attaches products to simulated boxes: exact totals, each unit in a box that can still be routed with it. */

import { InputError } from './errors';
import type { Boxes, Week } from './model';
import {
  enterRegion,
  placeUnits,
  putLine,
  regionOf,
  writeLines,
  type ProductColumns,
  type Region,
} from './product-lines';
import type { RandomKey } from './random';
import { STRATUM } from './strata';

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
): ProductColumns {
  const count = mask.length;
  const all = totals.reduce((sum, total) => sum + total, 0);
  const columns = emptyColumns(productStart, all);
  const left = Int32Array.from(totals);
  const stratum = regionOf(Math.min(STRATUM, count), Math.min(STRATUM * limit, all), 0);
  for (let start = 0; start < count; start += STRATUM) {
    const end = Math.min(start + STRATUM, count);
    enterRegion(stratum, mask, start, end - start, limit);
    for (let p = 0; p < totals.length; p++) {
      const units = partOf(totals[p], end, count) - partOf(totals[p], start, count);
      left[p] -= placeUnits(stratum, p, week.products[p].factoryMask, units, key);
    }
    writeLines(stratum, columns);
  }
  return left.some((units) => units > 0)
    ? placedAnywhere(week, mask, totals, left, limit, columns, key)
    : trimmed(columns);
}

/** How many of `total` the first `end` of `count` orders get. */
function partOf(total: number, end: number, count: number): number {
  return Math.round((total * end) / count);
}

function emptyColumns(productStart: Uint32Array, lines: number): ProductColumns {
  return { productStart, product: new Uint16Array(lines), units: new Uint8Array(lines) };
}

/** Without what is past the last line. */
function trimmed({ productStart, product, units }: ProductColumns): ProductColumns {
  const lines = productStart[productStart.length - 1];
  return { productStart, product: product.slice(0, lines), units: units.slice(0, lines) };
}

/** The columns with `left[p]` units of each product more, in any box that has room. */
function placedAnywhere(
  week: Week,
  mask: Int32Array,
  totals: Int32Array,
  left: Int32Array,
  limit: number,
  placed: ProductColumns,
  key: RandomKey,
): ProductColumns {
  const count = mask.length;
  const all = totals.reduce((sum, total) => sum + total, 0);
  const whole = regionOf(count, all, 1);
  enterRegion(whole, mask, 0, count, limit);
  for (let box = 0; box < count; box++)
    for (let l = placed.productStart[box]; l < placed.productStart[box + 1]; l++)
      putLine(whole, box, placed.product[l], placed.units[l], week.products[placed.product[l]].factoryMask);
  left.forEach((units, p) => {
    const { id, name, factoryMask } = week.products[p];
    if (placeUnits(whole, p, factoryMask, units, key) < units)
      throw new InputError(
        `product ${id} (${name}): ${totals[p]} units are expected, but not enough ` +
          `simulated boxes have room for it and recipes that one of its factories carries`,
      );
  });
  const merged = emptyColumns(new Uint32Array(count + 1), all);
  writeLines(mergedLines(whole, week.products.length), merged);
  return trimmed(merged);
}

/** The region with two lines of a box for the same product made one. */
function mergedLines(region: Region, products: number): Region {
  const unitsBelow = 256;
  const keys = new Float64Array(region.length);
  for (let l = 0; l < keys.length; l++)
    keys[l] = (region.box[l] * products + region.product[l]) * unitsBelow + region.units[l];
  region.length = 0;
  region.count.fill(0);
  let before = -1;
  for (const key of keys.sort()) {
    const place = Math.floor(key / unitsBelow);
    if (place === before) region.units[region.length - 1] += key % unitsBelow;
    else putLine(region, Math.floor(place / products), place % products, key % unitsBelow, 0);
    before = place;
  }
  return region;
}
