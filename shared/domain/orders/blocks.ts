/**
 * Labels (days, mix cells) with exact totals, dealt to orders: the orders are cut into blocks of 2048, and
 * each gets its part of the totals. A shard needs no other block, and a week with a few boxes more keeps
 * the labels of almost all its orders.
 *
 * Mix cells stand in a block in runs, days spread over all of it: that alone crosses the two as if they
 * were independent, as an order's index has no other meaning, and runs of one box size draw faster.
 */

import { fillRandom } from '../sampling/kernel/kernel.ts';
import { Stream, type RandomKey } from '../sampling/random.ts';
import { apportionInto } from '../targets/apportion.ts';

export const ORDERS_PER_BLOCK = 2048;
/** The orders of a block divided by the golden ratio; odd, so that every order has its turn. */
const STRIDE = 1265;

/** Orders with one label, one run after another. */
export interface LabelRuns {
  readonly label: readonly number[];
  /** Parallel to `label`: the first order past the run, counted from the first of all runs. */
  readonly end: readonly number[];
}

/** Deals totals out block by block, from the first; a block costs an apportionment of the rest. */
class BlockTotals {
  /** [label], orders of the current block that get it. */
  readonly counts: Int32Array;
  private readonly left: Int32Array;
  private orders: number;

  /** @param totals [label], orders that get it */
  constructor(totals: Int32Array) {
    this.counts = new Int32Array(totals.length);
    this.left = Int32Array.from(totals);
    this.orders = totals.reduce((sum, total) => sum + total, 0);
  }

  /** Goes on to the next block; returns its orders. */
  next(): number {
    const { counts, left } = this;
    const size = Math.min(ORDERS_PER_BLOCK, this.orders);
    apportionInto(left, size, counts);
    for (let label = 0; label < counts.length; label++) left[label] -= counts[label];
    this.orders -= size;
    return size;
  }
}

/**
 * The labels of orders `from` to `to` − 1, in runs within each block.
 *
 * @param totals [label], orders of the whole week that get it
 */
export function labelRuns(totals: Int32Array, from: number, to: number): LabelRuns {
  const block = new BlockTotals(totals);
  const label: number[] = [];
  const end: number[] = [];
  for (let start = 0; start < to; start += ORDERS_PER_BLOCK) {
    block.next();
    let at = start;
    for (let l = 0; l < totals.length; l++) {
      const first = Math.max(at, from);
      at += block.counts[l];
      if (Math.min(at, to) <= first) continue;
      label.push(l);
      end.push(Math.min(at, to) - from);
    }
  }
  return { label, end };
}

/**
 * The labels of the orders from `from` on, as many as `out` holds, spread evenly over each block: runs of
 * labels are dealt in golden-ratio order, from a place that is drawn for each block.
 *
 * @param totals [label], orders of the whole week that get it
 */
export function spreadLabels(totals: Int32Array, from: number, out: Uint8Array, key: RandomKey): void {
  const block = new BlockTotals(totals);
  const spread = new Uint8Array(ORDERS_PER_BLOCK);
  const end = from + out.length;
  const words = new Uint32Array(4);
  for (let start = 0; start < end; start += ORDERS_PER_BLOCK) {
    const size = block.next();
    const first = Math.max(from - start, 0);
    if (first >= size) continue;
    fillRandom(words, 0, key, start / ORDERS_PER_BLOCK, 1, 0, Stream.day, 0);
    spreadRuns(block.counts, size, words[0], spread);
    out.set(spread.subarray(first, Math.min(size, end - start)), start + first - from);
  }
}

/**
 * Deals runs of labels to the orders of a block. A block of fewer orders is gone through like a whole one, past the
 * orders that it has not: with one order more, the others keep their turns and nearly all their labels.
 */
function spreadRuns(counts: Int32Array, size: number, offset: number, out: Uint8Array): void {
  let place = offset & (ORDERS_PER_BLOCK - 1);
  for (let label = 0; label < counts.length; label++) {
    for (let left = counts[label]; left > 0; place = (place + STRIDE) & (ORDERS_PER_BLOCK - 1)) {
      // Without a branch, as no processor could predict it: a label past the end is written, and not read.
      out[place] = label;
      left -= (place - size) >>> 31;
    }
  }
}
