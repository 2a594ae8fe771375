import type { MenuWeek } from '../../../../shared/domain/model.ts';
import { randomKey, toUnit } from '../../../../shared/domain/sampling/random.ts';
import { threefry4x32 } from './threefry.ts';

const hex = (words: Uint32Array) => Array.from(words, (word) => word.toString(16).padStart(8, '0')).join(' ');
const week = '2026-W49' as MenuWeek;

test('Threefry4x32 gives the known answers for counter 0 and key 0', () => {
  const zero = [0, 0, 0, 0];
  expect(hex(threefry4x32(13, zero, zero))).toBe('531c7e4f 39491ee5 2c855a92 3d6abf9a');
  expect(hex(threefry4x32(20, zero, zero))).toBe('9c6ca96a e17eae66 fc10ecd4 5256a7d8');
});

test('seed and menu week both make the key', () => {
  const keys = [randomKey(1, week), randomKey(2, week), randomKey(1 + 2 ** 32, week)];
  keys.push(randomKey(1, '2026-W50' as MenuWeek), randomKey(1, '2027-W49' as MenuWeek));
  expect(new Set(keys.map((key) => key.join())).size).toBe(keys.length);
});

test('unit numbers leave both ends out', () => {
  expect(toUnit(0)).toBeGreaterThan(0);
  expect(toUnit(0xffffffff)).toBeLessThan(1);
});
