/** Conditional Poisson sets drawn recipe by recipe, for the weights that rejection is too slow for. */

import { fillRandom, Stream, toUnit, type RandomKey } from './random';

/** Suffix polynomials, row j × (k + 1) of `members`: of one k, see `drawOneByOne`. */
export interface OneByOne {
  readonly members: Uint16Array;
  readonly weights: Float64Array;
  readonly suffix: Float64Array;
}

/** Where random numbers come from, beside the order they are for. */
export interface DrawSource {
  readonly key: RandomKey;
  readonly scenario: number;
}

const words = new Uint32Array(4);

/** Prepares `drawOneByOne` for sets of k. */
export function oneByOneOf(weights: Float64Array, k: number): OneByOne {
  const members = Uint16Array.from([...weights.keys()].filter((i) => weights[i] > 0));
  const width = k + 1;
  const suffix = new Float64Array((members.length + 1) * width);
  suffix[members.length * width] = 1;
  for (let j = members.length - 1; j >= 0; j--)
    for (let e = 0; e < width; e++)
      suffix[j * width + e] =
        suffix[(j + 1) * width + e] + (e > 0 ? weights[members[j]] * suffix[(j + 1) * width + e - 1] : 0);
  return { members, weights, suffix };
}

/**
 * One set without rejection (Chen, Dempster & Liu 1994, procedure 3): member j joins with probability
 * w_j e_{r−1}(after j) / e_r(from j on), r the recipes still to find. Slow, and sure to end.
 */
export function drawOneByOne(
  { members, weights, suffix }: OneByOne,
  source: DrawSource,
  index: number,
  attempt: number,
  k: number,
  out: Uint16Array,
  at: number,
): void {
  const width = k + 1;
  const blocks = Math.ceil(members.length / 4);
  let missing = k;
  for (let j = 0; missing > 0; j++) {
    if (j % 4 === 0)
      fillRandom(words, 0, source.key, index, 1, attempt * blocks + j / 4, Stream.recipes, source.scenario);
    const joins = (weights[members[j]] * suffix[(j + 1) * width + missing - 1]) / suffix[j * width + missing];
    if (toUnit(words[j % 4]) < joins) {
      out[at + k - missing] = members[j];
      missing--;
    }
  }
}
