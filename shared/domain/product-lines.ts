/** Units of products placed in boxes at random, as far as a region of the week's boxes has room for them. */

import type { Boxes } from './model';
import { fillRandom as fill, Stream, type RandomKey } from './random';

// Compiled to CommonJS, an import is a getter: in a hot loop it costs as much as the work itself.
const fillRandom = fill;
const PRODUCTS = Stream.products;

/** Random blocks made at once. */
const BATCH = 64;
/** Block numbers a product has in a region, for each box: more than its candidates need, as misses are few. */
const BLOCKS_PER_BOX = 64;
/** Candidates for one unit that may fail before the boxes are looked through. */
const MOST_MISSES = 64;

const words = new Uint32Array(4 * BATCH);
const pieces = new Uint16Array(words.buffer);

/** The three columns of products in `Boxes`. */
export type ProductColumns = Pick<Boxes, 'productStart' | 'product' | 'units'>;

/** Boxes that stand next to each other, while products are placed in them: so many of a product in a box, a line each. */
export interface Region {
  /** The first box, and how many. */
  start: number;
  size: number;
  /** Lines there are. */
  length: number;
  /** [line] its box, counted from the first of the region. */
  readonly box: Uint32Array;
  /** [line] */
  readonly product: Uint16Array;
  /** [line] */
  readonly units: Uint8Array;
  /** [box of the region], its lines. */
  readonly count: Uint8Array;
  /** [box of the region], factories that carry all that is in it, as bits; 0 for a full box. */
  readonly open: Int32Array;
  /** [box of the region], units it still may hold. */
  readonly room: Uint8Array;
  /** [box of the region], its last line; −1 for none yet. */
  readonly last: Int32Array;
  /** 0 for strata, 1 for the week as one region, so that no two regions share random numbers. */
  readonly level: number;
  /** Random numbers, of as few bits as the region's boxes allow. */
  readonly numbers: Uint16Array | Uint32Array;
}

/** A region of at most `most` boxes and `lines` lines, to be entered; regions of one level must not overlap. */
export function regionOf(most: number, lines: number, level: 0 | 1): Region {
  return {
    start: 0,
    size: 0,
    length: 0,
    box: new Uint32Array(lines),
    product: new Uint16Array(lines),
    units: new Uint8Array(lines).fill(1),
    count: new Uint8Array(most),
    open: new Int32Array(most),
    room: new Uint8Array(most),
    last: new Int32Array(most),
    level,
    numbers: most <= 1 << 16 ? pieces : words,
  };
}

/**
 * Makes the region that of the boxes from `start` on, without products.
 *
 * @param mask [box of the week], factories that carry all its recipes, as bits
 */
export function enterRegion(
  region: Region,
  mask: Int32Array,
  start: number,
  size: number,
  limit: number,
): void {
  region.start = start;
  region.size = size;
  // A line begins with one unit.
  region.units.fill(1, 0, region.length);
  region.length = 0;
  region.open.set(mask.subarray(start, start + size));
  if (limit === 0) region.open.fill(0);
  region.count.fill(0);
  region.room.fill(limit);
  region.last.fill(-1);
}

/** Puts a line in a box as it is. */
export function putLine(
  region: Region,
  box: number,
  product: number,
  units: number,
  factories: number,
): void {
  const { open, room } = region;
  const line = region.length++;
  region.box[line] = box;
  region.product[line] = product;
  region.units[line] = units;
  region.count[box]++;
  room[box] -= units;
  open[box] = room[box] === 0 ? 0 : open[box] & factories;
}

/**
 * Writes the region's lines, sorted by box, in the order of placing within one.
 *
 * @param columns `productStart` is given up to the region's first box
 */
export function writeLines(region: Region, { productStart, product, units }: ProductColumns): void {
  const { start, size, length, box, count, last: next } = region;
  const { product: lineProduct, units: lineUnits } = region;
  let at = productStart[start];
  for (let b = 0, to = start + 1; b < size; b++, to++) {
    next[b] = at;
    at += count[b];
    productStart[to] = at;
  }
  for (let l = 0; l < length; l++) {
    const b = box[l];
    const to = next[b];
    next[b] = to + 1;
    product[to] = lineProduct[l];
    units[to] = lineUnits[l];
  }
}

/**
 * Puts `units` units of a product into boxes of the region, each into one that is drawn at random among
 * those that can take it.
 *
 * A candidate is a random number below a power of two and is drawn again when it is past the last box, not
 * scaled to the number of boxes: so a week with one box more keeps nearly all of its products in place.
 *
 * @param factories that hold the product, as bits
 * @returns how many found room
 */
export function placeUnits(
  region: Region,
  product: number,
  factories: number,
  units: number,
  key: RandomKey,
): number {
  const { start, size, open, room, count, last, level, numbers } = region;
  const { box: lineBox, units: lineUnits } = region;
  const perBlock = numbers.length / BATCH;
  const shift = 8 * numbers.BYTES_PER_ELEMENT - Math.max(1, 32 - Math.clz32(size - 1));
  const firstBlock = start * BLOCKS_PER_BOX;
  const firstLine = region.length;
  let line = firstLine;
  let block = 0;
  let number = 0;
  let end = 0;
  let misses = 0;
  let placed = 0;
  while (placed < units) {
    if (number === end) {
      const blocks = Math.min(BATCH, Math.ceil((units - placed) / perBlock) + 1);
      fillRandom(words, 0, key, firstBlock + block, blocks, 2 * product + level, PRODUCTS, 0);
      block += blocks;
      number = 0;
      end = blocks * perBlock;
    }
    let box = numbers[number++] >>> shift;
    if (box >= size || (open[box] & factories) === 0) {
      if (misses++ < MOST_MISSES) continue;
      box = nextThatTakes(region, box, factories);
      if (box < 0) break;
    }
    misses = 0;
    placed++;
    open[box] = --room[box] === 0 ? 0 : open[box] & factories;
    if (last[box] >= firstLine) {
      lineUnits[last[box]]++;
      continue;
    }
    last[box] = line;
    count[box]++;
    lineBox[line++] = box;
  }
  region.product.fill(product, firstLine, line);
  region.length = line;
  return placed;
}

/** The first box from `from` on, and round to it, that has room for a unit; −1 for none. */
function nextThatTakes({ size, open }: Region, from: number, factories: number): number {
  for (let step = 0; step < size; step++) {
    const box = (from + step) % size;
    if ((open[box] & factories) !== 0) return box;
  }
  return -1;
}
