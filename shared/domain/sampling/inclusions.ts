/**
 * Conditional Poisson sampling: sets of k distinct recipes with P(S) ∝ Π weight (Chen, Dempster & Liu 1994; Tillé 2006,
 * "Sampling algorithms"), and how often each recipe is in one. The expected inclusions of recipe i in a box of k are
 * π_i(k) = w_i e_{k−1}(w without i) / e_k(w), e the elementary symmetric polynomials.
 */

import { largestSize, type SizeDistribution } from '../targets/size-distribution.ts';
import { menuTerms, wholeMenu, type MenuTerm } from './menu-terms.ts';
import { symmetricPolynomials } from './symmetric-polynomials.ts';

/**
 * Expected inclusions a box, [recipe], of a set drawn with these weights.
 *
 * @param weights [recipe]
 * @param carriedBy [recipe], factories as bits. Given: a set that no factory carries whole is never drawn
 */
export function expectedInclusions(
  weights: Float64Array,
  sizes: SizeDistribution,
  carriedBy?: Uint32Array,
): Float64Array {
  const out = new Float64Array(weights.length);
  const chance = chanceOfSize(sizes);
  writeInclusions(normalised(weights, weights), chance, termsOf(weights, chance, carriedBy), out);
  return out;
}

/**
 * Chance that the recipes of a drawn box are all carried by one of the given factories.
 *
 * @param weights [recipe]
 * @param carriedBy [recipe], factories as bits
 * @param factories as bits
 */
export function carriedChance(
  weights: Float64Array,
  sizes: SizeDistribution,
  carriedBy: Uint32Array,
  factories: number,
): number {
  const chance = chanceOfSize(sizes);
  const scaled = normalised(weights, weights);
  const spare = new Float64Array(weights.length);
  const of = (masks: Uint32Array) => writeInclusions(scaled, chance, termsOf(weights, chance, masks), spare);
  const all = of(carriedBy);
  return of(carriedBy.map((mask) => mask & factories)).reduce(
    (sum, norm, k) => sum + (chance[k] > 0 ? (chance[k] * norm) / all[k] : 0),
    0,
  );
}

/**
 * Whether menus overlap in so many ways that the sum over them has too many terms. `calibrate` then takes any set for one
 * that a factory carries: see `calibrateByDrawing`.
 *
 * @param weights [recipe]
 * @param carriedBy [recipe], factories as bits
 */
export function hasTooManyMenuTerms(weights: Float64Array, sizes: SizeDistribution, carriedBy: Uint32Array): boolean {
  return menuTerms(weights, carriedBy, smallestOf(chanceOfSize(sizes))) === undefined;
}

/** The menu terms of sets drawn with these weights; all recipes as one menu where the terms are too many. */
export function termsOf(weights: Float64Array, chance: Float64Array, carriedBy?: Uint32Array): readonly MenuTerm[] {
  return menuTerms(weights, carriedBy, smallestOf(chance)) ?? [{ members: wholeMenu(weights), sign: 1 }];
}

function smallestOf(chance: Float64Array): number {
  return Math.max(
    1,
    chance.findIndex((share) => share > 0),
  );
}

/** [k] chance of a box of k. */
export function chanceOfSize(sizes: SizeDistribution): Float64Array {
  const chance = new Float64Array(largestSize(sizes) + 1);
  for (let c = 0; c < sizes.k.length; c++) if (sizes.share[c] > 0) chance[sizes.k[c]] += sizes.share[c];
  return chance;
}

/** The weights scaled to sum to 1; 0 where the target is 0. */
export function normalised(weights: Float64Array, targets: Float64Array): Float64Array {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) if (targets[i] > 0) sum += weights[i];
  return weights.map((weight, i) => (targets[i] > 0 ? weight / sum : 0));
}

/**
 * Writes the expected inclusions into `out` and returns [k] the normalising sums e_k over admissible sets.
 *
 * π_i = w_i times the derivative of Σ_k P(k) ln e_k by w_i. All derivatives come from one walk back through the
 * recurrence of the polynomials: only additions of positive numbers, where dividing w_i out of the whole would cancel for
 * a dominant recipe.
 */
export function writeInclusions(
  weights: Float64Array,
  chance: Float64Array,
  terms: readonly MenuTerm[],
  out: Float64Array,
): Float64Array {
  const width = chance.length;
  const norms = new Float64Array(width);
  const polynomials = terms.map(({ members }) => symmetricPolynomials(weights, members, width - 1));
  terms.forEach(({ sign, members }, t) => {
    for (let k = 0; k < width; k++) norms[k] += sign * polynomials[t][members.length * width + k];
  });
  const perSize = chance.map((share, k) => (share > 0 ? share / norms[k] : 0));
  out.fill(0);
  terms.forEach((term, t) => addInclusions(weights, term, polynomials[t], perSize, out));
  return norms;
}

/** @param rows of `symmetricPolynomials` */
function addInclusions(
  weights: Float64Array,
  { members, sign }: MenuTerm,
  rows: Float64Array,
  perSize: Float64Array,
  out: Float64Array,
): void {
  const width = perSize.length;
  // [k] what the whole gains for each unit that row j + 1 has more of e_k.
  const gain = Float64Array.from(perSize);
  for (let j = members.length - 1, row = j * width; j >= 0; j--, row -= width) {
    const weight = weights[members[j]];
    let sum = 0;
    for (let k = 1; k < width; k++) {
      sum += gain[k] * rows[row + k - 1];
      gain[k - 1] += weight * gain[k];
    }
    out[members[j]] += sign * weight * sum;
  }
}
