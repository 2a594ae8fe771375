/** Numbers for the sets of factories that boxes can go to, in order of appearance. */

import { CLASS, CLASS_COUNT, CLASS_MASK, MASK, SLOT, SLOTS } from './memory';

/** With the last one a scenario has more kinds of boxes than can be told apart: whoever counts them refuses it. */
export const MAX_CLASSES: i32 = 0xffff;
/** 2^32 times the golden section: multiples of it are spread evenly by their upper bits. */
const GOLDEN_RATIO: i32 = 0x9e3779b1;
const HASH_SHIFT: i32 = 32 - 17;

let classes: i32 = 0;

/** Forgets all classes. */
export function clearClasses(): void {
  classes = 0;
  memory.fill(SLOT, 0, 2 * SLOTS);
}

export function classCount(): i32 {
  return classes;
}

/** The class of a mask, a new one when it is new; the last one where there are as many as there can be. */
export function classOf(mask: i32): i32 {
  let slot = (mask * GOLDEN_RATIO) >>> HASH_SHIFT;
  for (;;) {
    const known = <i32>load<u16>(2 * <usize>slot, SLOT);
    if (known === 0) break;
    if (load<i32>(4 * <usize>(known - 1), CLASS_MASK) === mask) return known - 1;
    slot = (slot + 1) & (SLOTS - 1);
  }
  if (classes === MAX_CLASSES) return MAX_CLASSES - 1;
  store<i32>(4 * <usize>classes, mask, CLASS_MASK);
  store<i32>(4 * <usize>classes, 0, CLASS_COUNT);
  store<u16>(2 * <usize>slot, ++classes, SLOT);
  return classes - 1;
}

/** The classes of the first `count` masks in MASK, to CLASS, each counted in CLASS_COUNT. */
export function classify(count: i32): void {
  for (let i = 0; i < count; i++) {
    const c = classOf(load<i32>(4 * <usize>i, MASK));
    store<u16>(2 * <usize>i, c, CLASS);
    store<i32>(4 * <usize>c, load<i32>(4 * <usize>c, CLASS_COUNT) + 1, CLASS_COUNT);
  }
}
