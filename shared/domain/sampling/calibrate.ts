/**
 * The weights that make each recipe come out as often as it should, in sets drawn as `inclusions.ts` says.
 *
 * Uptake shares are inclusion targets. Used as weights they leave popular recipes short, because a box never holds one
 * twice.
 */

import { InputError } from '../errors.ts';
import type { Recipe } from '../model.ts';
import { refuseOverInclusionLimits } from '../targets/inclusion-limits.ts';
import { meanSize, type SizeDistribution } from '../targets/size-distribution.ts';
import { chanceOfSize, normalised, termsOf, writeInclusions } from './inclusions.ts';

/** How much longer a step may be than the last that did not go too far. */
const GROWTH = 1.2;
/** Shorter steps find nothing that numbers can tell apart. */
const MIN_STEP = 1e-6;
const DEFAULT_TOLERANCE = 1e-13;
const DEFAULT_MAX_ROUNDS = 5000;

export interface CalibrationOptions {
  /** [recipe], factories that carry it. Given: a set that no factory carries whole is never drawn. */
  readonly carriedBy?: Uint32Array;
  /** Largest relative error of an inclusion accepted; default 1e-13. */
  readonly tolerance?: number;
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
 * Weights whose expected inclusions are the targets: Σ_k P(k) π_i(k) = target_i.
 *
 * @param perBox [recipe], expected inclusions a box; scaled to sum to the mean of k, as inclusions must
 * @throws InputError when a target is 1 or more, when some few recipes together exceed what boxes hold of
 *   them, when fewer than k recipes have a target, or when no factory carries k of them
 */
export function calibrate(
  perBox: Float64Array,
  sizes: SizeDistribution,
  recipes: readonly Recipe[],
  { carriedBy, tolerance = DEFAULT_TOLERANCE, maxRounds = DEFAULT_MAX_ROUNDS }: CalibrationOptions = {},
): Calibration {
  const targets = scaledToMean(perBox, sizes);
  refuseOverInclusionLimits(targets, sizes, recipes);
  const chance = chanceOfSize(sizes);
  const terms = termsOf(targets, chance, carriedBy);
  let inclusion = new Float64Array(targets.length);
  let ahead = new Float64Array(targets.length);
  let weights = normalised(targets, targets);
  let norms = writeInclusions(weights, chance, terms, inclusion);
  refuseUncarried(norms, chance);
  let error = largestError(inclusion, targets);
  let rounds = 0;
  let step = 1;
  while (error > tolerance && rounds < maxRounds && step > MIN_STEP) {
    rounds++;
    const next = normalised(nearer(weights, targets, inclusion, step), targets);
    const nextNorms = writeInclusions(next, chance, terms, ahead);
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
 * the weights, is least at the weights sought: a step is too long when its slope there is upwards.
 */
function overshoots(targets: Float64Array, before: Float64Array, after: Float64Array): boolean {
  let slope = 0;
  for (let i = 0; i < targets.length; i++)
    if (targets[i] > 0) slope += (after[i] - targets[i]) * Math.log(targets[i] / before[i]);
  return !(slope <= 0);
}

function nearer(weights: Float64Array, targets: Float64Array, inclusion: Float64Array, step: number): Float64Array {
  const result = Float64Array.from(weights);
  for (let i = 0; i < result.length; i++)
    if (targets[i] > 0) result[i] *= step === 1 ? targets[i] / inclusion[i] : (targets[i] / inclusion[i]) ** step;
  return result;
}

function scaledToMean(perBox: Float64Array, sizes: SizeDistribution): Float64Array {
  const sum = perBox.reduce((total, value) => total + value, 0);
  const mean = meanSize(sizes);
  return perBox.map((value) => (value * mean) / sum);
}

function refuseUncarried(norms: Float64Array, chance: Float64Array): void {
  for (let k = 1; k < chance.length; k++)
    if (chance[k] > 0 && !(norms[k] > 0))
      throw new InputError(
        `no factory carries ${k} different recipes, so boxes of ${k} cannot be routed; expected a factory that does, or smaller boxes`,
      );
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
