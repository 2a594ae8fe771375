import type { MenuWeek } from '../../../../shared/domain/model.ts';
import {
  fillRandom,
  randomKey,
  Stream,
  threefry4x32,
  toUnit,
} from '../../../../shared/domain/sampling/random.ts';

const hex = (words: Uint32Array) => Array.from(words, (word) => word.toString(16).padStart(8, '0')).join(' ');
const week = '2026-W49' as MenuWeek;

test('Threefry4x32 gives the known answers for counter 0 and key 0', () => {
  const zero = [0, 0, 0, 0];
  expect(hex(threefry4x32(13, zero, zero))).toBe('531c7e4f 39491ee5 2c855a92 3d6abf9a');
  expect(hex(threefry4x32(20, zero, zero))).toBe('9c6ca96a e17eae66 fc10ecd4 5256a7d8');
});

test.each([1, 3, 4, 50, 5_000])(
  '%i blocks of the kernel are those of Threefry4x32 with 13 rounds',
  (blocks) => {
    const key = randomKey(2 ** 40 + 7, week);
    const out = new Uint32Array(4 * blocks + 3);
    fillRandom(out, 2, key, 1_000, blocks, 3, Stream.uptake, 17);
    for (let i = 0; i < blocks; i++) {
      const expected = threefry4x32(13, [1_000 + i, 3, Stream.uptake, 17], Array.from(key.subarray(0, 4)));
      expect(out.subarray(2 + 4 * i, 6 + 4 * i)).toEqual(expected);
    }
    expect(out.subarray(0, 2)).toEqual(Uint32Array.of(0, 0));
    expect(out[4 * blocks + 2]).toBe(0);
  },
);

test('seed and menu week both make the key', () => {
  const keys = [randomKey(1, week), randomKey(2, week), randomKey(1 + 2 ** 32, week)];
  keys.push(randomKey(1, '2026-W50' as MenuWeek), randomKey(1, '2027-W49' as MenuWeek));
  expect(new Set(keys.map((key) => key.join())).size).toBe(keys.length);
});

test('unit numbers leave both ends out', () => {
  expect(toUnit(0)).toBeGreaterThan(0);
  expect(toUnit(0xffffffff)).toBeLessThan(1);
});
