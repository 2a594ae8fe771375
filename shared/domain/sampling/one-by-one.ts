/** Conditional Poisson sets drawn recipe by recipe, for the weights and menus that rejection is too slow for. */

import { carries, MAX_FACTORIES } from '../factory-mask.ts';
import { fillRandom, type DrawSource } from './kernel/kernel.ts';
import { wholeMenu } from './menu-terms.ts';
import { Stream, toUnit } from './random.ts';
import { symmetricPolynomials } from './symmetric-polynomials.ts';

/** All that some factory carries. */
interface Menu {
  /** Recipes, the last that may join a set first. */
  readonly members: Uint16Array;
  /** Their `symmetricPolynomials`, up to e_k. */
  readonly polynomials: Float64Array;
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

/** Of some 32 sets at most one is not given up, on average: nothing that can be drawn takes this many. */
const MAX_ATTEMPTS = 65_536;
const words = new Uint32Array(4);

/**
 * Prepares `drawOneByOne` for sets of k.
 *
 * @param weights [recipe]
 * @param carriedBy [recipe], factories as bits
 */
export function oneByOneOf(weights: Float64Array, carriedBy: Uint32Array, k: number): OneByOne {
  const kept = menusOf(weights, carriedBy).map((menu) => {
    const members = menu.reverse();
    const polynomials = symmetricPolynomials(weights, members, k);
    return { members, polynomials, weight: polynomials[polynomials.length - 1] };
  });
  const sum = kept.reduce((total, { weight }) => total + weight, 0);
  let cumulated = 0;
  const menus = kept.map((menu) => ({ ...menu, upTo: (cumulated += menu.weight / sum) }));
  const holders = new Uint32Array(weights.length);
  menus.forEach(({ members }, m) => members.forEach((recipe) => (holders[recipe] |= 1 << m)));
  return { k, weights, menusOf: holders, menus };
}

/** The factories' menus, recipes of positive weight only; without those that lie within another. */
function menusOf(weights: Float64Array, carriedBy: Uint32Array): Uint16Array[] {
  const positive = wholeMenu(weights);
  const all = Array.from({ length: MAX_FACTORIES }, (_, factory) =>
    positive.filter((recipe) => carries(carriedBy[recipe], factory)),
  ).sort((a, b) => b.length - a.length);
  const kept: Set<number>[] = [];
  for (const menu of all)
    if (menu.length > 0 && !kept.some((larger) => menu.every((recipe) => larger.has(recipe)))) kept.push(new Set(menu));
  return kept.map((menu) => Uint16Array.from(menu));
}

/**
 * One set to `out`: a menu by the sum of its sets' weights, then a set within it. A set that several menus hold counts
 * for the first of them alone and is given up when drawn from another, so that each is as likely as its weight says
 * (Karp, Luby & Madras 1989: sampling from a union).
 *
 * @param carriedBy [recipe], factories as bits
 * @param index of the order
 * @param at where in `out` the set begins
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
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
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
  throw new Error(`no set of ${sets.k} recipes in ${MAX_ATTEMPTS} attempts`);
}

/**
 * One set of a menu without rejection (Chen, Dempster & Liu 1994, procedure 3): from the last member to the first, member
 * j joins with probability w_j e_{r−1}(before j) / e_r(up to j), r the recipes still to find. Slow, and sure to end.
 *
 * @returns the next draw
 */
function drawWithin(
  { k, weights }: OneByOne,
  { members, polynomials }: Menu,
  source: DrawSource,
  index: number,
  draw: number,
  out: Uint16Array,
  at: number,
): number {
  let missing = k;
  for (let turn = 0, row = members.length * (k + 1); missing > 0; turn++, row -= k + 1) {
    if (turn % 4 === 0) fillRandom(words, 0, source.key, index, 1, draw++, Stream.oneByOne, source.scenario);
    const recipe = members[members.length - 1 - turn];
    const joins = (weights[recipe] * polynomials[row - k - 1 + missing - 1]) / polynomials[row + missing];
    if (toUnit(words[turn % 4]) < joins) {
      out[at + k - missing] = recipe;
      missing--;
    }
  }
  return draw;
}
