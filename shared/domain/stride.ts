/** Walks through places 0 .. count − 1 that visit each once, with neighbours in time far apart in place. */

const GOLDEN_SECTION = 0.618;

/** A step of about the golden section of `count` that meets every place before it meets one again. */
export function coprimeStride(count: number): number {
  let stride = Math.max(1, Math.floor(count * GOLDEN_SECTION));
  while (greatestCommonDivisor(stride, count) !== 1) stride++;
  return stride;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
