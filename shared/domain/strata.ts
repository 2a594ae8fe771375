/**
 * Labels (days, mix cells) with exact totals, dealt to orders: the orders are cut into strata of 1024, and
 * each gets its part of the totals. A shard needs no other stratum, and a week with a few boxes more keeps
 * the labels of almost all its orders.
 *
 * Mix cells stand in a stratum in runs, days shuffled: that alone crosses the two at random, as an order's
 * index has no other meaning, and runs of one box size draw faster.
 */

import { apportion } from './apportion';
import { fillRandom, Stream, type RandomKey } from './random';

/** Orders in a stratum. */
export const STRATUM = 1024;

const words = new Uint32Array(STRATUM);

/** Deals totals out stratum by stratum, from the first; a stratum costs an apportionment of the rest. */
class Strata {
  private readonly left: Int32Array;
  private orders: number;

  /** @param totals [label], orders that get it */
  constructor(totals: Int32Array) {
    this.left = Int32Array.from(totals);
    this.orders = totals.reduce((sum, total) => sum + total, 0);
  }

  /** Writes the labels of the next stratum's orders, in runs, to the start of `labels`; returns how many. */
  next(labels: Uint8Array): number {
    const size = Math.min(STRATUM, this.orders);
    let at = 0;
    this.take(size).forEach((count, label) => {
      labels.fill(label, at, at + count);
      at += count;
    });
    return size;
  }

  private take(size: number): Int32Array {
    const counts = apportion(this.left, size);
    counts.forEach((count, label) => (this.left[label] -= count));
    this.orders -= size;
    return counts;
  }
}

/**
 * The labels of the orders from `from` on, as many as `out` holds.
 *
 * @param totals [label], orders of the whole week that get it
 * @param shuffleKey given: shuffled within each stratum, else in runs
 */
export function dealLabels(totals: Int32Array, from: number, out: Uint8Array, shuffleKey?: RandomKey): void {
  const strata = new Strata(totals);
  const labels = new Uint8Array(STRATUM);
  const end = from + out.length;
  for (let start = 0; start < end; start += STRATUM) {
    const size = strata.next(labels);
    if (start + STRATUM <= from) continue;
    if (shuffleKey !== undefined) shuffle(labels, size, shuffleKey, start / STRATUM);
    const first = Math.max(from - start, 0);
    out.set(labels.subarray(first, Math.min(STRATUM, end - start)), start + first - from);
  }
}

/** Fisher & Yates, with a random word of the stratum's own for each step. */
function shuffle(labels: Uint8Array, size: number, key: RandomKey, stratum: number): void {
  fillRandom(words, 0, key, 0, Math.ceil(size / 4), stratum, Stream.day, 0);
  for (let i = size - 1; i > 0; i--) {
    // A number below i + 1 in 32-bit arithmetic: 21 random bits times at most 10.
    const j = Math.imul(words[i] >>> 11, i + 1) >>> 21;
    const kept = labels[i];
    labels[i] = labels[j];
    labels[j] = kept;
  }
}
