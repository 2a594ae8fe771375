const INVERSE_GOLDEN_RATIO = 0.618;

/**
 * An order through `count` places in which places next to each other in it lie far apart, and which stays nearly the same
 * when there are a few places more: steps of about a power of two that covers the places, divided by the golden ratio.
 * Place (turn × stride) mod size is to be passed over where it is `count` or more.
 */
export function goldenRatioOrder(count: number): { readonly size: number; readonly stride: number } {
  const size = 2 ** Math.ceil(Math.log2(count + 1));
  // Odd, so that every place has its turn.
  return { size, stride: Math.floor(size * INVERSE_GOLDEN_RATIO) | 1 };
}
