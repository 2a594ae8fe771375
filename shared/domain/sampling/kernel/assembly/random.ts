/** Threefry4x32 with 13 rounds (see `random.ts`), four blocks at a time: one in each lane of 32 bits. */

import { WORDS } from './memory';

let key0: i32 = 0;
let key1: i32 = 0;
let key2: i32 = 0;
let key3: i32 = 0;
let key4: i32 = 0;

/** The key's words and its parity word, for all that is drawn from now on. */
export function setKey(k0: i32, k1: i32, k2: i32, k3: i32, k4: i32): void {
  key0 = k0;
  key1 = k1;
  key2 = k2;
  key3 = k3;
  key4 = k4;
}

/** Writes the blocks of `count` indices from `first` on to WORDS. */
export function fillRandom(first: i32, count: i32, draw: i32, stream: i32, scenario: i32): void {
  let index = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  for (let at = WORDS, end = WORDS + 16 * <usize>count; at < end; at += 64) {
    fourBlocks(at, index, draw, stream, scenario);
    index = i32x4.add(index, i32x4.splat(4));
  }
}

/** The same for the indices first + place, for the first `count` places (u16) in `list`. */
export function fillRandomOf(
  list: usize,
  first: i32,
  count: i32,
  draw: i32,
  stream: i32,
  scenario: i32,
): void {
  for (let f: usize = 0; f < <usize>count; f += 4) {
    const places = i32x4.extend_low_i16x8_u(v128.load_zero<u64>(list + 2 * f));
    fourBlocks(WORDS + 16 * f, i32x4.add(i32x4.splat(first), places), draw, stream, scenario);
  }
}

/** The blocks of four indices, one after another, to the 64 bytes at `to`. */
export function fourBlocks(to: usize, index: v128, draw: i32, stream: i32, scenario: i32): void {
  const k0 = i32x4.splat(key0);
  const k1 = i32x4.splat(key1);
  const k2 = i32x4.splat(key2);
  const k3 = i32x4.splat(key3);
  const k4 = i32x4.splat(key4);
  let a = i32x4.add(index, k0);
  let b = i32x4.splat(draw + key1);
  let c = i32x4.splat(stream + key2);
  let d = i32x4.splat(scenario + key3);
  // Rounds 1–4, two halves of a round in each line.
  a = i32x4.add(a, b); b = v128.xor(rotate(b, 10), a); c = i32x4.add(c, d); d = v128.xor(rotate(d, 26), c);
  a = i32x4.add(a, d); d = v128.xor(rotate(d, 11), a); c = i32x4.add(c, b); b = v128.xor(rotate(b, 21), c);
  a = i32x4.add(a, b); b = v128.xor(rotate(b, 13), a); c = i32x4.add(c, d); d = v128.xor(rotate(d, 27), c);
  a = i32x4.add(a, d); d = v128.xor(rotate(d, 23), a); c = i32x4.add(c, b); b = v128.xor(rotate(b, 5), c);
  a = i32x4.add(a, k1); b = i32x4.add(b, k2); c = i32x4.add(c, k3); d = i32x4.add(d, i32x4.splat(key4 + 1));
  // Rounds 5–8.
  a = i32x4.add(a, b); b = v128.xor(rotate(b, 6), a); c = i32x4.add(c, d); d = v128.xor(rotate(d, 20), c);
  a = i32x4.add(a, d); d = v128.xor(rotate(d, 17), a); c = i32x4.add(c, b); b = v128.xor(rotate(b, 11), c);
  a = i32x4.add(a, b); b = v128.xor(rotate(b, 25), a); c = i32x4.add(c, d); d = v128.xor(rotate(d, 10), c);
  a = i32x4.add(a, d); d = v128.xor(rotate(d, 18), a); c = i32x4.add(c, b); b = v128.xor(rotate(b, 20), c);
  a = i32x4.add(a, k2); b = i32x4.add(b, k3); c = i32x4.add(c, k4); d = i32x4.add(d, i32x4.splat(key0 + 2));
  // Rounds 9–12.
  a = i32x4.add(a, b); b = v128.xor(rotate(b, 10), a); c = i32x4.add(c, d); d = v128.xor(rotate(d, 26), c);
  a = i32x4.add(a, d); d = v128.xor(rotate(d, 11), a); c = i32x4.add(c, b); b = v128.xor(rotate(b, 21), c);
  a = i32x4.add(a, b); b = v128.xor(rotate(b, 13), a); c = i32x4.add(c, d); d = v128.xor(rotate(d, 27), c);
  a = i32x4.add(a, d); d = v128.xor(rotate(d, 23), a); c = i32x4.add(c, b); b = v128.xor(rotate(b, 5), c);
  a = i32x4.add(a, k3); b = i32x4.add(b, k4); c = i32x4.add(c, k0); d = i32x4.add(d, i32x4.splat(key1 + 3));
  // Round 13.
  a = i32x4.add(a, b); b = v128.xor(rotate(b, 6), a); c = i32x4.add(c, d); d = v128.xor(rotate(d, 20), c);
  storeByBlock(to, a, b, c, d);
}

@inline
function rotate(x: v128, by: i32): v128 {
  return v128.or(i32x4.shl(x, by), i32x4.shr_u(x, 32 - by));
}

/** From word by word to block by block. */
@inline
function storeByBlock(to: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const abUpper = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cdUpper = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(to, v128.shuffle<i64>(ab, cd, 1, 3), 16);
  v128.store(to, v128.shuffle<i64>(abUpper, cdUpper, 0, 2), 32);
  v128.store(to, v128.shuffle<i64>(abUpper, cdUpper, 1, 3), 48);
}
