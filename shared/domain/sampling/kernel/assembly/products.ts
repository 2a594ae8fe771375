/** Units of products in the boxes of one block of orders: see `orders/products.ts`. */

import {
  LAST,
  LINES_OF,
  LINE_BOX,
  LINE_PRODUCT,
  LINE_UNITS,
  MASK,
  MAX_ORDERS,
  NEXT_START,
  PRODUCT,
  ROOM,
  UNITS,
  WORDS,
} from './memory';
import { fillRandom } from './random';

/** The stream of random numbers, as in `random.ts`. */
const PRODUCTS: i32 = 3;
/** Random blocks made at once, and the 16-bit numbers of one. */
const BATCH: i32 = 64;
const NUMBERS_PER_BLOCK: i32 = 8;
/** Candidates for one unit that may fail before the boxes are looked through. */
const MAX_MISSES: i32 = 64;

let boxes: i32 = 0;
let lines: i32 = 0;

/** Begins a block of `size` boxes without products, whose factories stand in MASK. */
export function enterBlock(size: i32, limit: i32): void {
  boxes = size;
  lines = 0;
  memory.fill(LINES_OF, 0, MAX_ORDERS);
  memory.fill(ROOM, <u8>limit, MAX_ORDERS);
  memory.fill(LAST, 0xff, 4 * MAX_ORDERS);
  if (limit === 0) memory.fill(MASK, 0, 4 * MAX_ORDERS);
}

/**
 * Puts `units` units of a product into boxes of the block, each into one drawn at random among those that can
 * take it.
 *
 * A candidate is a random number below a power of two and is drawn again when it is past the last box, not scaled to
 * the number of boxes: so a week with one box more keeps nearly all of its products in place.
 *
 * @param factories that hold the product, as bits
 * @param firstRandomBlock of the product's in this block of orders
 * @returns how many found room
 */
export function placeUnits(product: i32, factories: i32, units: i32, firstRandomBlock: i32): i32 {
  const shift = 16 - max(1, 32 - clz(boxes - 1));
  const firstLine = lines;
  let block = firstRandomBlock;
  let number = WORDS;
  let end = WORDS;
  let misses = 0;
  let placed = 0;
  while (placed < units) {
    if (number === end) {
      const blocks = min(BATCH, (units - placed) / NUMBERS_PER_BLOCK + 2);
      fillRandom(block, blocks, product, PRODUCTS, 0);
      block += blocks;
      number = WORDS;
      end = WORDS + 2 * NUMBERS_PER_BLOCK * <usize>blocks;
    }
    let box = <i32>load<u16>(number) >>> shift;
    number += 2;
    if (box >= boxes || !takes(box, factories)) {
      if (misses++ < MAX_MISSES) continue;
      box = nextThatTakes(box, factories);
      if (box < 0) break;
    }
    misses = 0;
    placed++;
    putUnit(box, product, factories, firstLine);
  }
  return placed;
}

/**
 * The lines sorted by box, in the order of placing within one, to PRODUCT and UNITS; and to NEXT_START where each box's
 * lines end, counted from `start`.
 *
 * @returns how many lines there are
 */
export function sortLines(start: i32): i32 {
  sumLines(start);
  for (let line: usize = 0; line < <usize>lines; line++) {
    const next = LAST + 4 * <usize>load<u16>(2 * line, LINE_BOX);
    const to = load<u32>(next);
    store<u32>(next, to + 1);
    store<u16>(2 * <usize>to, load<u16>(2 * line, LINE_PRODUCT), PRODUCT);
    store<u8>(<usize>to, load<u8>(line, LINE_UNITS), UNITS);
  }
  return lines;
}

/** Boxes at a time: their sums of at most 160 lines fit bytes. */
const LANES: i32 = 16;

/** Where each box's lines begin to LAST, and where they end, counted from `start`, to NEXT_START. */
function sumLines(start: i32): void {
  const none = i8x16.splat(0);
  let at = 0;
  for (let box: usize = 0; box < <usize>boxes; box += LANES) {
    const lines = v128.load(box, LINES_OF);
    // Each lane with the one before it, then the two, four and eight before.
    let upTo = i8x16.add(lines, v128.shuffle<i8>(none, lines, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30));
    upTo = i8x16.add(upTo, v128.shuffle<i8>(none, upTo, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29));
    upTo = i8x16.add(upTo, v128.shuffle<i8>(none, upTo, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27));
    upTo = i8x16.add(upTo, v128.shuffle<i8>(none, upTo, 0, 0, 0, 0, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23));
    storeSums(LAST + 4 * box, i8x16.sub(upTo, lines), at);
    storeSums(NEXT_START + 4 * box, upTo, start + at);
    at += <i32>i8x16.extract_lane_u(upTo, 15);
  }
}

/** Sixteen bytes, each more by `base`, as words. */
@inline
function storeSums(to: usize, sums: v128, base: i32): void {
  const more = i32x4.splat(base);
  const low = i16x8.extend_low_i8x16_u(sums);
  const high = i16x8.extend_high_i8x16_u(sums);
  v128.store(to, i32x4.add(i32x4.extend_low_i16x8_u(low), more));
  v128.store(to, i32x4.add(i32x4.extend_high_i16x8_u(low), more), 16);
  v128.store(to, i32x4.add(i32x4.extend_low_i16x8_u(high), more), 32);
  v128.store(to, i32x4.add(i32x4.extend_high_i16x8_u(high), more), 48);
}

@inline
function takes(box: i32, factories: i32): bool {
  return (load<i32>(4 * <usize>box, MASK) & factories) !== 0;
}

/** The first box from `from` on, and round to it, that has room for a unit; −1 for none. */
function nextThatTakes(from: i32, factories: i32): i32 {
  for (let step = 0; step < boxes; step++) {
    const box = (from + step) % boxes;
    if (takes(box, factories)) return box;
  }
  return -1;
}

@inline
function putUnit(at: i32, product: i32, factories: i32, firstLine: i32): void {
  const box = <usize>at;
  const mask = MASK + 4 * box;
  const room = <i32>load<u8>(box, ROOM) - 1;
  store<u8>(box, room, ROOM);
  // A full box takes nothing more, like one that no factory carries.
  store<i32>(mask, room === 0 ? 0 : load<i32>(mask) & factories);
  const last = load<i32>(4 * box, LAST);
  if (last >= firstLine) {
    const units = LINE_UNITS + <usize>last;
    store<u8>(units, load<u8>(units) + 1);
    return;
  }
  const line = <usize>lines;
  store<i32>(4 * box, lines++, LAST);
  store<u8>(box, load<u8>(box, LINES_OF) + 1, LINES_OF);
  store<u16>(2 * line, at, LINE_BOX);
  store<u16>(2 * line, product, LINE_PRODUCT);
  store<u8>(line, 1, LINE_UNITS);
}
