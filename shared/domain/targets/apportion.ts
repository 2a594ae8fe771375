import { InputError } from '../errors.ts';

/**
 * Whole numbers that sum to `total`, as near to the proportions as whole numbers come: the method of the
 * largest remainder (Hamilton). Ties go to the lower index, so the result depends on the numbers alone.
 *
 * @param proportions non-negative, need not be normalised
 * @param total a whole number
 * @throws InputError when there is something to share out and every proportion is 0
 */
export function apportion(proportions: ArrayLike<number>, total: number): Int32Array {
  const result = new Int32Array(proportions.length);
  apportionInto(proportions, total, result);
  return result;
}

/** As `apportion`, written to `result`. */
export function apportionInto(proportions: ArrayLike<number>, total: number, result: Int32Array): void {
  result.fill(0);
  if (total === 0) return;
  let sum = 0;
  for (let i = 0; i < proportions.length; i++) sum += proportions[i];
  if (!(sum > 0)) throw new InputError(`${total} cannot be shared out: every share is 0`);
  const remainder = new Float64Array(proportions.length);
  let left = total;
  for (let i = 0; i < proportions.length; i++) {
    const exact = (proportions[i] / sum) * total;
    // A share such as 2.9999999999999996 is 3 that went through a division.
    const whole = Math.floor(exact + 1e-9);
    result[i] = whole;
    remainder[i] = exact - whole;
    left -= whole;
  }
  giveOut(result, remainder, proportions, left);
}

/** One each to the largest remainders among the positive proportions (or back, where rounding gave too many). */
function giveOut(result: Int32Array, remainder: Float64Array, proportions: ArrayLike<number>, left: number): void {
  for (; left > 0; left--) {
    let largest = 0;
    for (let i = 1; i < result.length; i++)
      if (proportions[i] > 0 && (remainder[i] > remainder[largest] || !(proportions[largest] > 0))) largest = i;
    result[largest]++;
    remainder[largest] = -1;
  }
  if (left === 0) return;
  const order = [...result.keys()].filter((i) => result[i] > 0);
  order.sort((a, b) => remainder[a] - remainder[b] || b - a);
  for (let i = 0; i < -left; i++) result[order[i]]--;
}
