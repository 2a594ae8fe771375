/** Sets of factories as bits of one number: bit f is the factory of index f. At most {@link MAX_FACTORIES}. */

/** Factories of a company, at most: a mask is one 32-bit number. */
export const MAX_FACTORIES = 32;

/** Of a box: no factory could take it, or nobody knows which did. No index of a factory, of which there are fewer. */
export const UNALLOCATED = 255;

/** Every one of `count` factories. */
export function allFactories(count: number): number {
  return count >= MAX_FACTORIES ? 0xffffffff : 2 ** count - 1;
}

/** The set of one factory. */
export function onlyFactory(factory: number): number {
  return (1 << factory) >>> 0;
}

/** Those of the first `count` factories for which `belongs` is true. */
export function factoriesWhere(count: number, belongs: (factory: number) => boolean): number {
  let mask = 0;
  for (let f = 0; f < count; f++) if (belongs(f)) mask |= 1 << f;
  return mask >>> 0;
}

/** Whether the set has the factory. */
export function carries(mask: number, factory: number): boolean {
  return ((mask >>> factory) & 1) === 1;
}

/** How many factories the set has. */
export function factoriesIn(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count++;
  return count;
}
