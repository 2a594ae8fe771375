import { keyOf } from '../../../../shared/domain/sampling/random.ts';

const ROTATIONS = [10, 26, 11, 21, 13, 27, 23, 5, 6, 20, 17, 11, 25, 10, 18, 20];
const ROUNDS_BETWEEN_KEYS = 4;

/**
 * One block of Threefry4x32 after any number of rounds: the readable definition, held against known answers, and the
 * kernel's `fillRandom` against it.
 *
 * @param counter four 32-bit words
 * @param words four 32-bit key words
 * @returns four unsigned 32-bit words
 */
export function threefry4x32(rounds: number, counter: readonly number[], words: readonly number[]): Uint32Array {
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
