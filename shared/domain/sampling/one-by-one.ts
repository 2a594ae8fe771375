/** Conditional Poisson sets drawn recipe by recipe, for the weights and menus that rejection is too slow for. */

import { fillRandom, Stream, toUnit, type RandomKey } from './random.ts';

/** All that some factory carries, and the suffix polynomials of its weights: row j × (k + 1) of `members`. */
interface Menu {
  readonly members: Uint16Array;
  readonly suffix: Float64Array;
  /** Chance that a set is drawn from this menu or from one before it. */
  readonly upTo: number;
}

/** Sets of one k, see `drawOneByOne`. */
export interface OneByOne {
  readonly k: number;
  readonly weights: Float64Array;
  /** [recipe], menus that hold it, as bits. */
  readonly menusOf: Uint32Array;
  readonly menus: readonly Menu[];
}

/** Where random numbers come from, beside the order they are for. */
export interface DrawSource {
  readonly key: RandomKey;
  readonly scenario: number;
}

/** Of some 32 sets at most one is not given up, on average: nothing that can be drawn takes this many. */
const MOST_ATTEMPTS = 65_536;
const words = new Uint32Array(4);

/**
 * Prepares `drawOneByOne` for sets of k.
 *
 * @param carriedBy [recipe], factories as bits
 */
export function oneByOneOf(weights: Float64Array, carriedBy: Uint32Array, k: number): OneByOne {
  const kept = menusOf(weights, carriedBy).map((members) => ({
    members,
    suffix: suffixPolynomials(weights, members, k),
  }));
  const sum = kept.reduce((total, { suffix }) => total + suffix[k], 0);
  let cumulated = 0;
  const menus = kept.map((menu) => ({ ...menu, upTo: (cumulated += menu.suffix[k] / sum) }));
  const holders = new Uint32Array(weights.length);
  menus.forEach(({ members }, m) => members.forEach((recipe) => (holders[recipe] |= 1 << m)));
  return { k, weights, menusOf: holders, menus };
}

/** The factories' menus, recipes of positive weight only; without those that lie within another. */
function menusOf(weights: Float64Array, carriedBy: Uint32Array): Uint16Array[] {
  const positive = Uint16Array.from([...weights.keys()].filter((i) => weights[i] > 0));
  const all = Array.from({ length: 32 }, (_, factory) =>
    positive.filter((recipe) => ((carriedBy[recipe] >>> factory) & 1) === 1),
  ).sort((a, b) => b.length - a.length);
  const kept: Set<number>[] = [];
  for (const menu of all)
    if (menu.length > 0 && !kept.some((larger) => menu.every((recipe) => larger.has(recipe))))
      kept.push(new Set(menu));
  return kept.map((menu) => Uint16Array.from(menu));
}

function suffixPolynomials(weights: Float64Array, members: Uint16Array, k: number): Float64Array {
  const width = k + 1;
  const suffix = new Float64Array((members.length + 1) * width);
  suffix[members.length * width] = 1;
  for (let j = members.length - 1; j >= 0; j--)
    for (let e = 0; e < width; e++)
      suffix[j * width + e] =
        suffix[(j + 1) * width + e] + (e > 0 ? weights[members[j]] * suffix[(j + 1) * width + e - 1] : 0);
  return suffix;
}

/**
 * One set to `out`: a menu by the sum of its sets' weights, then a set within it. A set that several menus hold counts
 * for the first of them alone and is given up when drawn from another, so that each is as likely as its weight says
 * (Karp, Luby & Madras 1989: sampling from a union).
 *
 * @param carriedBy [recipe], factories as bits
 * @returns the factories that carry the set, as bits
 */
export function drawOneByOne(
  sets: OneByOne,
  carriedBy: Uint32Array,
  source: DrawSource,
  index: number,
  out: Uint16Array,
  at: number,
): number {
  let draw = 0;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    fillRandom(words, 0, source.key, index, 1, draw++, Stream.oneByOne, source.scenario);
    const chosen = toUnit(words[0]);
    let m = 0;
    while (m < sets.menus.length - 1 && chosen >= sets.menus[m].upTo) m++;
    draw = drawWithin(sets, sets.menus[m], source, index, draw, out, at);
    let mask = -1;
    let holders = -1;
    for (let p = at; p < at + sets.k; p++) {
      mask &= carriedBy[out[p]];
      holders &= sets.menusOf[out[p]];
    }
    if ((holders & -holders) === 1 << m) return mask;
  }
  throw new Error(`no set of ${sets.k} recipes in ${MOST_ATTEMPTS} attempts`);
}

/**
 * One set of a menu without rejection (Chen, Dempster & Liu 1994, procedure 3): member j joins with probability
 * w_j e_{r−1}(after j) / e_r(from j on), r the recipes still to find. Slow, and sure to end.
 *
 * @returns the next draw
 */
function drawWithin(
  { k, weights }: OneByOne,
  { members, suffix }: Menu,
  source: DrawSource,
  index: number,
  draw: number,
  out: Uint16Array,
  at: number,
): number {
  const width = k + 1;
  let missing = k;
  for (let j = 0; missing > 0; j++) {
    if (j % 4 === 0) fillRandom(words, 0, source.key, index, 1, draw++, Stream.oneByOne, source.scenario);
    const joins = (weights[members[j]] * suffix[(j + 1) * width + missing - 1]) / suffix[j * width + missing];
    if (toUnit(words[j % 4]) < joins) {
      out[at + k - missing] = members[j];
      missing--;
    }
  }
  return draw;
}
