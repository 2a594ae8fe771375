/**
 * Counter-based random numbers: Threefry4x32 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy
 * as 1, 2, 3"; Random123). A number depends on the seed, the menu week and its own counter, never on
 * the run or on what was drawn before it. So a shard needs no state of its neighbours, and the same inputs
 * give tomorrow the orders of today. Threefry needs only add, rotate and xor, which vectors of 32-bit words have; the
 * kernel draws the numbers (`fillRandom`).
 */

import type { MenuWeek } from '../model.ts';

/**
 * The third counter word: what a number is for. Numbers of two streams are independent. Those that only the kernel draws
 * from stand here so that nobody takes their numbers.
 */
export const Stream = {
  recipes: 0,
  oneByOne: 1,
  day: 2,
  products: 3,
  volume: 5,
  uptake: 6,
  referrals: 7,
  boxes: 8,
  route: 9,
  placed: 10,
} as const;
export type Stream = (typeof Stream)[keyof typeof Stream];

/** Five words: the key's four and their parity word, which the rounds add in turn. */
export type RandomKey = Int32Array;

const PARITY = 0x1bd11bda;

/** The key of a menu week: seed (a whole number below 2^53), year and week number, one word each and exact. */
export function randomKey(seed: number, menuWeek: MenuWeek): RandomKey {
  return keyOf([seed, Math.floor(seed / 2 ** 32), Number(menuWeek.slice(0, 4)), Number(menuWeek.slice(6))]);
}

/** Four key words completed with Threefry's parity word. */
export function keyOf(words: readonly number[]): RandomKey {
  const key = Int32Array.of(...words, 0);
  key[4] = key[0] ^ key[1] ^ key[2] ^ key[3] ^ PARITY;
  return key;
}

/** A word as a uniform number strictly between 0 and 1 (never an end: logarithms are taken of it). */
export function toUnit(word: number): number {
  return (word + 0.5) / 2 ** 32;
}
