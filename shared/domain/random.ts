/**
 * Counter-based random numbers: Threefry4x32 (Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy
 * as 1, 2, 3", SC 2011; Random123). A number depends on the seed, the menu week and its own counter, never on
 * the run or on what was drawn before it. So a shard needs no state of its neighbours, and the same inputs
 * give tomorrow the orders of today. Threefry needs only add, rotate and xor, which 32-bit JavaScript has.
 */

import type { MenuWeek } from './model';

/** The third counter word: what a number is for. Numbers of two streams are independent. */
export const Stream = {
  recipes: 0,
  mix: 1,
  day: 2,
  products: 3,
  exchange: 4,
  volume: 5,
  uptake: 6,
  escapes: 7,
  boxes: 8,
  route: 9,
} as const;
export type Stream = (typeof Stream)[keyof typeof Stream];

/** Five words: the key's four and their parity word, which the rounds add in turn. */
export type RandomKey = Int32Array;

const PARITY = 0x1bd11bda;
const ROTATIONS = [10, 26, 11, 21, 13, 27, 23, 5, 6, 20, 17, 11, 25, 10, 18, 20];
const ROUNDS_BETWEEN_KEYS = 4;

/** The key of a menu week: seed (a whole number below 2^53), year and week number, one word each and exact. */
export function randomKey(seed: number, menuWeek: MenuWeek): RandomKey {
  return keyOf([seed, Math.floor(seed / 2 ** 32), Number(menuWeek.slice(0, 4)), Number(menuWeek.slice(6))]);
}

/** Four key words completed with Threefry's parity word. */
function keyOf(words: readonly number[]): RandomKey {
  const key = Int32Array.of(...words, 0);
  key[4] = key[0] ^ key[1] ^ key[2] ^ key[3] ^ PARITY;
  return key;
}

/**
 * One block of Threefry4x32 after any number of rounds: the readable definition, for known answers and
 * against which the unrolled `fillRandom` is tested.
 *
 * @param counter four 32-bit words
 * @param words four 32-bit key words
 * @returns four unsigned 32-bit words
 */
export function threefry4x32(
  rounds: number,
  counter: readonly number[],
  words: readonly number[],
): Uint32Array {
  const key = keyOf(words);
  const x = Int32Array.of(...counter);
  for (let word = 0; word < 4; word++) x[word] += key[word];
  for (let round = 0; round < rounds; round++) {
    const odd = round % 2;
    const rotation = (round % 8) * 2;
    mix(x, 0, odd ? 3 : 1, ROTATIONS[rotation]);
    mix(x, 2, odd ? 1 : 3, ROTATIONS[rotation + 1]);
    const done = round + 1;
    if (done % ROUNDS_BETWEEN_KEYS === 0) {
      const turn = done / ROUNDS_BETWEEN_KEYS;
      for (let word = 0; word < 4; word++) x[word] += key[(turn + word) % 5];
      x[3] += turn;
    }
  }
  return Uint32Array.from(x, (word) => word >>> 0);
}

function mix(x: Int32Array, a: number, b: number, rotation: number): void {
  x[a] += x[b];
  x[b] = ((x[b] << rotation) | (x[b] >>> (32 - rotation))) ^ x[a];
}

/**
 * Fills `out` with the blocks (four words each, 13 rounds) of `count` consecutive indices.
 *
 * Counter of block i = (first + i, draw, stream, scenario). The rounds are unrolled and stand in a loop of
 * their own, filled batch by batch: inlined into the loops that use the numbers, they would push those past
 * the size V8 optimises.
 *
 * @param at first word of `out` to write
 */
export function fillRandom(
  out: Uint32Array,
  at: number,
  key: RandomKey,
  first: number,
  count: number,
  draw: number,
  stream: number,
  scenario: number,
): void {
  const k0 = key[0];
  const k1 = key[1];
  const k2 = key[2];
  const k3 = key[3];
  const k4 = key[4];
  const start1 = (draw + k1) | 0;
  const start2 = (stream + k2) | 0;
  const start3 = (scenario + k3) | 0;
  const end = at + 4 * count;
  for (let word = at, index = first | 0; word < end; word += 4, index = (index + 1) | 0) {
    let a = (index + k0) | 0;
    let b = start1;
    let c = start2;
    let d = start3;
    // Rounds 1–4.
    a = (a + b) | 0;
    b = ((b << 10) | (b >>> 22)) ^ a;
    c = (c + d) | 0;
    d = ((d << 26) | (d >>> 6)) ^ c;
    a = (a + d) | 0;
    d = ((d << 11) | (d >>> 21)) ^ a;
    c = (c + b) | 0;
    b = ((b << 21) | (b >>> 11)) ^ c;
    a = (a + b) | 0;
    b = ((b << 13) | (b >>> 19)) ^ a;
    c = (c + d) | 0;
    d = ((d << 27) | (d >>> 5)) ^ c;
    a = (a + d) | 0;
    d = ((d << 23) | (d >>> 9)) ^ a;
    c = (c + b) | 0;
    b = ((b << 5) | (b >>> 27)) ^ c;
    a = (a + k1) | 0;
    b = (b + k2) | 0;
    c = (c + k3) | 0;
    d = (d + k4 + 1) | 0;
    // Rounds 5–8.
    a = (a + b) | 0;
    b = ((b << 6) | (b >>> 26)) ^ a;
    c = (c + d) | 0;
    d = ((d << 20) | (d >>> 12)) ^ c;
    a = (a + d) | 0;
    d = ((d << 17) | (d >>> 15)) ^ a;
    c = (c + b) | 0;
    b = ((b << 11) | (b >>> 21)) ^ c;
    a = (a + b) | 0;
    b = ((b << 25) | (b >>> 7)) ^ a;
    c = (c + d) | 0;
    d = ((d << 10) | (d >>> 22)) ^ c;
    a = (a + d) | 0;
    d = ((d << 18) | (d >>> 14)) ^ a;
    c = (c + b) | 0;
    b = ((b << 20) | (b >>> 12)) ^ c;
    a = (a + k2) | 0;
    b = (b + k3) | 0;
    c = (c + k4) | 0;
    d = (d + k0 + 2) | 0;
    // Rounds 9–12.
    a = (a + b) | 0;
    b = ((b << 10) | (b >>> 22)) ^ a;
    c = (c + d) | 0;
    d = ((d << 26) | (d >>> 6)) ^ c;
    a = (a + d) | 0;
    d = ((d << 11) | (d >>> 21)) ^ a;
    c = (c + b) | 0;
    b = ((b << 21) | (b >>> 11)) ^ c;
    a = (a + b) | 0;
    b = ((b << 13) | (b >>> 19)) ^ a;
    c = (c + d) | 0;
    d = ((d << 27) | (d >>> 5)) ^ c;
    a = (a + d) | 0;
    d = ((d << 23) | (d >>> 9)) ^ a;
    c = (c + b) | 0;
    b = ((b << 5) | (b >>> 27)) ^ c;
    a = (a + k3) | 0;
    b = (b + k4) | 0;
    c = (c + k0) | 0;
    d = (d + k1 + 3) | 0;
    // Round 13.
    a = (a + b) | 0;
    c = (c + d) | 0;
    out[word] = a;
    out[word + 1] = ((b << 6) | (b >>> 26)) ^ a;
    out[word + 2] = c;
    out[word + 3] = ((d << 20) | (d >>> 12)) ^ c;
  }
}

/** A word as a uniform number strictly between 0 and 1 (never an end: logarithms are taken of it). */
export function toUnit(word: number): number {
  return (word + 0.5) / 2 ** 32;
}

/** A word as a whole number in 0 .. below − 1, by multiplication: the bias is at most `below` / 2^32. */
export function toBelow(word: number, below: number): number {
  return Math.floor((word * below) / 2 ** 32);
}
