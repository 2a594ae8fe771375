/**
 * Which sets of recipes some factory carries whole, as a sum over menus: a set lies inside the union of the
 * factories' menus' subsets, and inclusion–exclusion turns that union into menus and their intersections.
 */

import { carries, MAX_FACTORIES } from '../factory-mask.ts';

/** Sets within `members` count `sign` times. */
export interface MenuTerm {
  /** Recipe indices, ascending. */
  readonly members: Uint16Array;
  readonly sign: number;
}

/** Past this many terms the sum is not worth its time. */
const MAX_TERMS = 512;

/** All recipes of positive weight, ascending. */
export function wholeMenu(weights: Float64Array): Uint16Array {
  return Uint16Array.from([...weights.keys()].filter((i) => weights[i] > 0));
}

/**
 * The terms over the recipes of positive weight. One term, all of them, where a factory carries them all (the normal case:
 * the catch-all), and where nothing is said of carriers.
 *
 * @param weights [recipe]
 * @param carriedBy [recipe], factories as bits
 * @param fewest recipes of a set; terms of fewer members hold none, and are left out
 * @returns undefined past 512 terms: many menus that overlap in many ways
 */
export function menuTerms(
  weights: Float64Array,
  carriedBy: Uint32Array | undefined,
  fewest: number,
): MenuTerm[] | undefined {
  const positive = wholeMenu(weights);
  const whole = [{ members: positive, sign: 1 }];
  if (carriedBy === undefined) return whole;
  let everywhere = -1;
  let anywhere = 0;
  for (const recipe of positive) {
    everywhere &= carriedBy[recipe];
    anywhere |= carriedBy[recipe];
  }
  if (everywhere !== 0) return whole;
  let terms = new Map<string, MenuTerm>();
  for (let factory = 0; factory < MAX_FACTORIES; factory++) {
    if (!carries(anywhere, factory)) continue;
    terms = withMenu(terms, positive, carriedBy, factory, fewest);
    if (terms.size > MAX_TERMS) return undefined;
  }
  return [...terms.values()];
}

/** |A ∪ C| = |A| + |C| − |A ∩ C|, equal menus added up and those that cancel dropped. */
function withMenu(
  terms: Map<string, MenuTerm>,
  positive: Uint16Array,
  carriedBy: Uint32Array,
  factory: number,
  fewest: number,
): Map<string, MenuTerm> {
  const carried = (recipe: number) => carries(carriedBy[recipe], factory);
  const result = new Map(terms);
  const add = (members: Uint16Array, sign: number) => {
    if (members.length < fewest) return;
    const key = members.join();
    const sum = sign + (result.get(key)?.sign ?? 0);
    if (sum === 0) result.delete(key);
    else result.set(key, { members, sign: sum });
  };
  add(positive.filter(carried), 1);
  for (const term of terms.values()) add(term.members.filter(carried), -term.sign);
  return result;
}
