/** How many units of products the boxes of a scenario are given, so that as many as expected find a place. */

import { allFactories } from '../factory-mask.ts';
import type { Week } from '../model.ts';
import { carriedChance } from '../sampling/inclusions.ts';
import type { SizeDistribution } from '../targets/size-distribution.ts';

/**
 * Products grouped by the factories that hold them. Two groups shut each other out of a box where factories of either
 * carry its recipes, and none of both: the unit that comes second is left out.
 */
export interface Exclusions {
  /** [product] */
  readonly group: Uint8Array;
  readonly groups: number;
  /** [group × groups + other], chance that they do, in a box that can take the first; empty where none ever do. */
  readonly chance: Float64Array;
}

/** Weeks of more different sets of factories have so many products that one shuts out another that this is not told. */
const MAX_GROUPS = 32;
const NO_EXCLUSIONS: Exclusions = { group: new Uint8Array(0), groups: 0, chance: new Float64Array(0) };
/** Rounds in which the rates settle. */
const ROUNDS = 12;

/** For recipes by the week's uptake: a scenario's own moves these chances too little to matter. */
export function exclusionsOf(week: Week, sizes: SizeDistribution): Exclusions {
  const everywhere = everywhereOf(week);
  const masks = [...new Set(week.products.map((product) => product.factoryMask & everywhere))];
  if (masks.length > MAX_GROUPS) return NO_EXCLUSIONS;
  const carried = carriedChances(week, week.uptake, sizes);
  const apart = (a: number, b: number) => {
    if ((a & b) === a || (a & b) === b || carried(a) === 0) return 0;
    return Math.max(0, carried(a) + carried(b) - carried(a | b) - carried(a & b)) / carried(a);
  };
  const chance = Float64Array.from(masks.flatMap((a) => masks.map((b) => apart(a, b))));
  if (chance.every((value) => value < 1e-6)) return NO_EXCLUSIONS;
  const group = Uint8Array.from(week.products, (product) => masks.indexOf(product.factoryMask & everywhere));
  return { group, groups: masks.length, chance };
}

/**
 * [product], units to draw for a box. A unit is left out where no factory of its own carries the box's recipes, or all
 * of what is in the box already; so units are drawn as much more often.
 *
 * @param perBox [product], units a box that are to stay
 * @param limit units a box may hold
 */
export function productRates(
  week: Week,
  exclusions: Exclusions,
  perBox: Float64Array,
  weights: Float64Array,
  sizes: SizeDistribution,
  limit: number,
): Float64Array {
  const everywhere = everywhereOf(week);
  const carried = carriedChances(week, weights, sizes);
  const alone = perBox.map((units, p) => {
    if (units === 0) return 0;
    const chance = carried(week.products[p].factoryMask & everywhere);
    return chance > 0 ? units / chance : 0;
  });
  if (exclusions.groups === 0) return alone;
  let rates = alone;
  for (let round = 0; round < ROUNDS; round++) {
    const kept = keptByGroup(exclusions, rates, limit);
    rates = alone.map((rate, p) => rate / kept[exclusions.group[p]]);
  }
  return rates;
}

/**
 * [group], the share of its units that others do not shut out. In a box where that can happen, the first unit that
 * shuts the group out, or is of the group and so shuts out the others, decides for all that come later.
 */
function keptByGroup({ group, groups, chance }: Exclusions, rates: Float64Array, limit: number): Float64Array {
  const total = rates.reduce((sum, rate) => sum + rate, 0);
  if (total === 0) return new Float64Array(groups).fill(1);
  const share = new Float64Array(groups);
  rates.forEach((rate, p) => (share[group[p]] += rate / total));
  const { upTo, mean } = cutPoisson(rateOf(total, limit), limit);
  return share.map((own, g) => {
    const others = [...share.keys()].filter((h) => chance[g * groups + h] > 0);
    const against = others.reduce((sum, h) => sum + share[h], 0);
    if (against === 0) return 1;
    const happens = others.reduce((sum, h) => sum + share[h] * chance[g * groups + h], 0) / against;
    const decides = against + own;
    // Σ over the positions of a unit in its box of the chance that nothing before it has decided.
    let undecided = 0;
    for (let units = 1; units <= limit; units++)
      undecided += ((upTo[units] - upTo[units - 1]) * (1 - (1 - decides) ** units)) / decides;
    return 1 - happens * (against / decides) * (1 - undecided / mean);
  });
}

/** Units of products a box: Poisson, cut at the limit, its rate raised so that the mean stays what it was; in 65,536ths. */
export function unitsABox(rates: Float64Array, limit: number): Uint32Array {
  const mean = rates.reduce((sum, rate) => sum + rate, 0);
  if (mean === 0 || limit === 0) return new Uint32Array(0);
  const { upTo } = cutPoisson(rateOf(mean, limit), limit);
  const unitsUpTo = Uint32Array.from(upTo, (chance) => Math.round(chance * 65_536));
  // Rounding must not leave room past the limit.
  unitsUpTo[limit] = 65_536;
  return unitsUpTo;
}

/** The rate whose Poisson distribution, cut at the limit, has this mean. */
function rateOf(mean: number, limit: number): number {
  let low = 0;
  let high = 1;
  while (cutPoisson(high, limit).mean < mean && high < 1e6) high *= 2;
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (cutPoisson(middle, limit).mean < mean) low = middle;
    else high = middle;
  }
  return high;
}

/** A Poisson distribution on 0 … limit: its mean and its cumulated chances. */
function cutPoisson(rate: number, limit: number): { mean: number; upTo: Float64Array } {
  const chance = new Float64Array(limit + 1);
  let sum = 0;
  for (let units = 0, term = 1; units <= limit; units++, term *= rate / units) sum += chance[units] = term;
  let mean = 0;
  let cumulated = 0;
  const upTo = chance.map((term, units) => {
    mean += (units * term) / sum;
    return (cumulated += term / sum);
  });
  return { mean, upTo };
}

/** [factories as bits], chance that one of them carries a box drawn with these weights; each worked out once. */
function carriedChances(week: Week, weights: Float64Array, sizes: SizeDistribution): (factories: number) => number {
  const known = new Map<number, number>([
    [0, 0],
    [everywhereOf(week), 1],
  ]);
  return (factories) => {
    const chance = known.get(factories) ?? carriedChance(weights, sizes, week.carriedBy, factories);
    known.set(factories, chance);
    return chance;
  };
}

/** Every factory of the week, signed as the results of `&` are. */
function everywhereOf({ factories }: Week): number {
  return allFactories(factories.length) | 0;
}
