import type { MenuWeek } from '../../../../../shared/domain/model.ts';
import { fillRandom } from '../../../../../shared/domain/sampling/kernel/kernel.ts';
import { randomKey, Stream } from '../../../../../shared/domain/sampling/random.ts';
import { threefry4x32 } from '../threefry.ts';

const week = '2026-W49' as MenuWeek;

test.each([1, 3, 4, 50, 5_000])('%i blocks of the kernel are those of Threefry4x32 with 13 rounds', (blocks) => {
  const key = randomKey(2 ** 40 + 7, week);
  const out = new Uint32Array(4 * blocks + 3);
  fillRandom(out, 2, key, 1_000, blocks, 3, Stream.uptake, 17);
  for (let i = 0; i < blocks; i++) {
    const expected = threefry4x32(13, [1_000 + i, 3, Stream.uptake, 17], Array.from(key.subarray(0, 4)));
    expect(out.subarray(2 + 4 * i, 6 + 4 * i)).toEqual(expected);
  }
  expect(out.subarray(0, 2)).toEqual(Uint32Array.of(0, 0));
  expect(out[4 * blocks + 2]).toBe(0);
});
