/** Attaches products to simulated boxes: exact totals, each unit in a box that can still be routed with it. */

import { InputError } from './errors';
import type { Boxes, Week } from './model';
import { fillRandom, Stream, type RandomKey } from './random';

const BATCH = 256;
/** Blocks of four candidate boxes tried for a unit before all boxes are looked through. */
const BLOCKS = 16;

/** The three columns of products in `Boxes`. */
export type ProductColumns = Pick<Boxes, 'productStart' | 'product' | 'units'>;

interface Placing {
  readonly count: number;
  /** [box], factories that carry all that is in it, as bits. */
  readonly mask: Int32Array;
  /** [box], units of products in it. */
  readonly held: Uint8Array;
  readonly limit: number;
  readonly key: RandomKey;
  /** log2 of the smallest power of two that covers all boxes. */
  readonly bits: number;
}

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
 * Puts `totals[p]` units of each product p into boxes chosen at random, each unit for itself.
 *
 * A candidate is a random number below a power of two and is drawn again when it is past the last box, not
 * scaled to the number of boxes: so a week with one box more keeps nearly all of its products in place.
 *
 * @param limit units a box may hold
 * @throws InputError when no box can take a unit of a product
 */
export function attachProducts(
  week: Week,
  boxes: Boxes,
  totals: Int32Array,
  limit: number,
  key: RandomKey,
): ProductColumns {
  const units = totals.reduce((sum, total) => sum + total, 0);
  const placing: Placing = {
    count: boxes.count,
    mask: boxMasks(week, boxes),
    held: new Uint8Array(boxes.count),
    limit,
    key,
    bits: Math.max(1, Math.ceil(Math.log2(boxes.count))),
  };
  const boxOfUnit = new Uint32Array(units);
  let from = 0;
  week.products.forEach((product, p) => {
    if (!placeUnits(placing, p, product.factoryMask, boxOfUnit.subarray(from, from + totals[p])))
      throw new InputError(
        `product ${product.id} (${product.name}): ${totals[p]} units are expected, but not enough ` +
          `simulated boxes have room for it and recipes that one of its factories carries`,
      );
    from += totals[p];
  });
  return columns(placing.held, boxOfUnit, totals);
}

function placeUnits(placing: Placing, product: number, factories: number, boxOfUnit: Uint32Array): boolean {
  const words = new Uint32Array(4 * BATCH);
  for (let first = 0; first < boxOfUnit.length; first += BATCH) {
    const end = Math.min(first + BATCH, boxOfUnit.length);
    fillRandom(words, 0, placing.key, first, end - first, product * BLOCKS, Stream.products, 0);
    for (let unit = first; unit < end; unit++) {
      let box = candidate(placing, words, 4 * (unit - first), factories);
      if (box < 0) box = laterCandidate(placing, product, unit, factories);
      if (box < 0) return false;
      placing.held[box]++;
      placing.mask[box] &= factories;
      boxOfUnit[unit] = box;
    }
  }
  return true;
}

function candidate(placing: Placing, words: Uint32Array, at: number, factories: number): number {
  const shift = 32 - placing.bits;
  for (let word = at; word < at + 4; word++) {
    const box = words[word] >>> shift;
    if (box < placing.count && takes(placing, box, factories)) return box;
  }
  return -1;
}

function takes({ mask, held, limit }: Placing, box: number, factories: number): boolean {
  return held[box] < limit && (mask[box] & factories) !== 0;
}

function laterCandidate(placing: Placing, product: number, unit: number, factories: number): number {
  const words = new Uint32Array(4);
  for (let block = 1; block < BLOCKS; block++) {
    fillRandom(words, 0, placing.key, unit, 1, product * BLOCKS + block, Stream.products, 0);
    const box = candidate(placing, words, 0, factories);
    if (box >= 0) return box;
  }
  const start = (words[0] >>> (32 - placing.bits)) % placing.count;
  for (let step = 0; step < placing.count; step++) {
    const box = (start + step) % placing.count;
    if (takes(placing, box, factories)) return box;
  }
  return -1;
}

/** Units sorted by box (products ascending within one), equal neighbours made one line. */
function columns(held: Uint8Array, boxOfUnit: Uint32Array, totals: Int32Array): ProductColumns {
  const count = held.length;
  const next = new Uint32Array(count + 1);
  for (let box = 0; box < count; box++) next[box + 1] = next[box] + held[box];
  const sorted = new Uint16Array(boxOfUnit.length);
  for (let p = 0, unit = 0; p < totals.length; p++)
    for (let i = 0; i < totals[p]; i++, unit++) sorted[next[boxOfUnit[unit]]++] = p;
  const productStart = new Uint32Array(count + 1);
  const units = new Uint8Array(sorted.length);
  let lines = 0;
  for (let box = 0, from = 0; box < count; box++) {
    const end = from + held[box];
    for (let i = from; i < end; i++) {
      if (i === from || sorted[i] !== sorted[i - 1]) sorted[lines++] = sorted[i];
      units[lines - 1]++;
    }
    from = end;
    productStart[box + 1] = lines;
  }
  return { productStart, product: sorted.slice(0, lines), units: units.slice(0, lines) };
}
