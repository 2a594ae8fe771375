const GOLDEN_SECTION = 0.618;

/**
 * A walk through `count` places in which neighbours in turn lie far apart, and which stays nearly the same when there are
 * a few places more: steps of about the golden section of a power of two that covers the places. Place
 * (turn × stride) mod size is to be passed over where it is `count` or more.
 */
export function goldenWalk(count: number): { readonly size: number; readonly stride: number } {
  const size = 2 ** Math.ceil(Math.log2(count + 1));
  // Odd, so that every place has its turn.
  return { size, stride: Math.floor(size * GOLDEN_SECTION) | 1 };
}
