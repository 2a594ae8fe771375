/**
 * Conditional Poisson sampling: sets of k distinct recipes with P(S) ∝ Π weight, and the weights that make
 * each recipe come out as often as it should (Chen, Dempster & Liu 1994; Tillé 2006).
 *
 * Uptake shares are inclusion targets. Used as weights they leave popular recipes short, because a box never
 * holds one twice. The expected inclusions of recipe i in a box of k are
 * π_i(k) = w_i e_{k−1}(w without i) / e_k(w), e the elementary symmetric polynomials.
 */

import { InputError } from '../errors.ts';
import type { Recipe } from '../model.ts';
import { holdable, largestSize, type SizeDistribution } from '../targets/size-distribution.ts';
import { refuseUnholdable } from '../targets/impossible-targets.ts';
import { menuTerms, wholeMenu, type MenuTerm } from './menu-terms.ts';

/** How much longer a step may be than the last that did not go too far. */
const GROWTH = 1.2;
/** Shorter steps find nothing that numbers can tell apart. */
const LEAST_STEP = 1e-6;

export interface CalibrationOptions {
  /** [recipe], factories that carry it. Given: a set that no factory carries whole is never drawn. */
  readonly carriedBy?: Uint32Array;
  /** Largest relative error of an inclusion accepted; default 1e-13. */
  readonly tolerance?: number;
  /** Weights to start from, such as those of a neighbouring scenario; default the targets. */
  readonly start?: Float64Array;
  /** Rounds at most; default 5000. */
  readonly maxRounds?: number;
}

export interface Calibration {
  /** [recipe], sums to 1; 0 where the target is 0. */
  readonly weights: Float64Array;
  /** Largest relative error of an inclusion, as reached: large where factories' menus make the targets impossible. */
  readonly error: number;
  readonly rounds: number;
  /** [k] chance that k draws by weight give an admissible set: distinct, and carried by one factory. */
  readonly acceptance: Float64Array;
}

/**
 * Weights whose expected inclusions are the wanted ones: Σ_k P(k) π_i(k) = wanted_i.
 *
 * @param wanted [recipe], expected inclusions a box; scaled to sum to the mean of k, as inclusions must
 * @throws InputError when a target is 1 or more, when some few recipes together exceed what boxes hold of
 *   them, when fewer than k recipes have a target, or when no factory carries k of them
 */
export function calibrate(
  wanted: Float64Array,
  sizes: SizeDistribution,
  recipes: readonly Recipe[],
  options: CalibrationOptions = {},
): Calibration {
  const targets = scaledToMean(wanted, sizes);
  refuseUnholdable(targets, sizes, recipes);
  const chance = chanceOfSize(sizes);
  const terms = termsOf(targets, chance, options.carriedBy);
  let inclusion = new Float64Array(targets.length);
  let ahead = new Float64Array(targets.length);
  let weights = normalised(options.start ?? targets, targets);
  let norms = inclusions(weights, chance, terms, inclusion);
  refuseUncarried(norms, chance);
  let error = largestError(inclusion, targets);
  let rounds = 0;
  let step = 1;
  while (error > (options.tolerance ?? 1e-13) && rounds < (options.maxRounds ?? 5000) && step > LEAST_STEP) {
    rounds++;
    const next = normalised(nearer(weights, targets, inclusion, step), targets);
    const nextNorms = inclusions(next, chance, terms, ahead);
    // With one menu full steps end where they should; several rise and fall with all k of their weights.
    if (terms.length > 1 && overshoots(targets, inclusion, ahead)) {
      step /= 2;
      continue;
    }
    step = Math.min(1, step * GROWTH);
    weights = next;
    norms = nextNorms;
    [inclusion, ahead] = [ahead, inclusion];
    error = largestError(inclusion, targets);
  }
  return { weights, error, rounds, acceptance: acceptances(norms) };
}

/**
 * Whether a step has gone too far, or where numbers end. Σ_k P(k) ln e_k − Σ target ln w, convex in the logarithms of
 * the weights, is least at the weights wanted: a step is too long when its slope there is upwards.
 */
function overshoots(targets: Float64Array, before: Float64Array, after: Float64Array): boolean {
  let slope = 0;
  for (let i = 0; i < targets.length; i++)
    if (targets[i] > 0) slope += (after[i] - targets[i]) * Math.log(targets[i] / before[i]);
  return !(slope <= 0);
}

function nearer(
  weights: Float64Array,
  targets: Float64Array,
  inclusion: Float64Array,
  step: number,
): Float64Array {
  const result = Float64Array.from(weights);
  for (let i = 0; i < result.length; i++)
    if (targets[i] > 0)
      result[i] *= step === 1 ? targets[i] / inclusion[i] : (targets[i] / inclusion[i]) ** step;
  return result;
}

/**
 * Expected inclusions a box, [recipe], of a set drawn with these weights.
 *
 * @param carriedBy as in `calibrate`
 */
export function expectedInclusions(
  weights: Float64Array,
  sizes: SizeDistribution,
  carriedBy?: Uint32Array,
): Float64Array {
  const out = new Float64Array(weights.length);
  const chance = chanceOfSize(sizes);
  inclusions(normalised(weights, weights), chance, termsOf(weights, chance, carriedBy), out);
  return out;
}

function scaledToMean(wanted: Float64Array, sizes: SizeDistribution): Float64Array {
  const sum = wanted.reduce((total, value) => total + value, 0);
  const mean = holdable(sizes, Infinity);
  return wanted.map((value) => (value * mean) / sum);
}

/**
 * Chance that the recipes of a drawn box are all carried by one of the given factories.
 *
 * @param carriedBy [recipe], factories as bits, as in `calibrate`
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
  const of = (masks: Uint32Array) => inclusions(scaled, chance, termsOf(weights, chance, masks), spare);
  const all = of(carriedBy);
  return of(carriedBy.map((mask) => mask & factories)).reduce(
    (sum, norm, k) => sum + (chance[k] > 0 ? (chance[k] * norm) / all[k] : 0),
    0,
  );
}

function refuseUncarried(norms: Float64Array, chance: Float64Array): void {
  for (let k = 1; k < chance.length; k++)
    if (chance[k] > 0 && !(norms[k] > 0))
      throw new InputError(
        `no factory carries ${k} different recipes, so boxes of ${k} cannot be routed; expected a factory that does, or smaller boxes`,
      );
}

/**
 * Whether the menus overlap too wildly for `calibrate`, which then takes any set for one that a factory carries: see
 * `calibrateByDrawing`.
 */
export function isTooEntangled(
  weights: Float64Array,
  sizes: SizeDistribution,
  carriedBy: Uint32Array,
): boolean {
  return menuTerms(weights, carriedBy, fewestOf(chanceOfSize(sizes))) === undefined;
}

function termsOf(weights: Float64Array, chance: Float64Array, carriedBy?: Uint32Array): readonly MenuTerm[] {
  return menuTerms(weights, carriedBy, fewestOf(chance)) ?? [{ members: wholeMenu(weights), sign: 1 }];
}

function fewestOf(chance: Float64Array): number {
  return Math.max(
    1,
    chance.findIndex((share) => share > 0),
  );
}

/** [k] chance of a box of k. */
function chanceOfSize(sizes: SizeDistribution): Float64Array {
  const chance = new Float64Array(largestSize(sizes) + 1);
  for (let c = 0; c < sizes.k.length; c++) if (sizes.share[c] > 0) chance[sizes.k[c]] += sizes.share[c];
  return chance;
}

function normalised(weights: Float64Array, targets: Float64Array): Float64Array {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) if (targets[i] > 0) sum += weights[i];
  return weights.map((weight, i) => (targets[i] > 0 ? weight / sum : 0));
}

function largestError(inclusion: Float64Array, targets: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < targets.length; i++)
    if (targets[i] > 0) largest = Math.max(largest, Math.abs(inclusion[i] / targets[i] - 1));
  return largest;
}

/** e_k of all admissible sets is the chance of one such set in one order; k! orders draw it. */
function acceptances(norms: Float64Array): Float64Array {
  let orders = 1;
  return norms.map((norm, k) => norm * (orders *= Math.max(k, 1)));
}

/**
 * Writes the expected inclusions into `out` and returns [k] the normalising sums e_k over admissible sets.
 *
 * π_i = w_i times the derivative of Σ_k P(k) ln e_k by w_i. All derivatives come from one walk back through the
 * recurrence of the polynomials: only additions of positive numbers, where dividing w_i out of the whole would cancel for
 * a dominant recipe.
 */
function inclusions(
  weights: Float64Array,
  chance: Float64Array,
  terms: readonly MenuTerm[],
  out: Float64Array,
): Float64Array {
  const width = chance.length;
  const norms = new Float64Array(width);
  const polynomials = terms.map(({ members }) => prefixPolynomials(weights, members, width));
  terms.forEach(({ sign, members }, t) => {
    for (let k = 0; k < width; k++) norms[k] += sign * polynomials[t][members.length * width + k];
  });
  const perSize = chance.map((share, k) => (share > 0 ? share / norms[k] : 0));
  out.fill(0);
  terms.forEach((term, t) => addInclusions(weights, term, polynomials[t], perSize, out));
  return norms;
}

/** Row j: elementary symmetric polynomials e_0 … e_{width−1} of the first j members. */
function prefixPolynomials(weights: Float64Array, members: Uint16Array, width: number): Float64Array {
  const rows = new Float64Array((members.length + 1) * width);
  rows[0] = 1;
  for (let j = 0, row = 0; j < members.length; j++, row += width) {
    const weight = weights[members[j]];
    rows[row + width] = 1;
    for (let k = 1; k < width; k++) rows[row + width + k] = rows[row + k] + weight * rows[row + k - 1];
  }
  return rows;
}

/** @param prefix rows of `prefixPolynomials` */
function addInclusions(
  weights: Float64Array,
  { members, sign }: MenuTerm,
  prefix: Float64Array,
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
      sum += gain[k] * prefix[row + k - 1];
      gain[k - 1] += weight * gain[k];
    }
    out[members[j]] += sign * weight * sum;
  }
}
