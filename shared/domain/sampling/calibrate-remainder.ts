import { InputError } from '../errors.ts';
import type { Recipe, Week } from '../model.ts';
import { withinInclusionLimits } from '../targets/inclusion-limits.ts';
import type { SizeDistribution } from '../targets/size-distribution.ts';
import { calibrate, type Calibration } from './calibrate.ts';
import { calibrateByDrawing } from './calibrate-by-drawing.ts';
import { expectedInclusions, hasTooManyMenuTerms } from './inclusions.ts';
import type { RandomKey } from './random.ts';

/** A larger share of the picks in the wrong place is a menu that cannot give what is expected of it. */
export const MAX_MISPLACED_SHARE = 0.01;
/** The smallest error of an inclusion worth its rounds: the table of recipes keeps weights no better. */
const TOLERANCE = 1e-7;
/** A larger error of an inclusion may be a menu that cannot give what is expected of it. */
const MAX_UNSUSPICIOUS_ERROR = 1e-3;
/** How much of the whole week's targets is blended into those of its last boxes. */
const WHOLE_WEEK_SHARE = 0.05;

/** What boxes are to hold. */
export interface InclusionTargets {
  /** [recipe], expected inclusions a box. */
  readonly targets: Float64Array;
  readonly sizes: SizeDistribution;
}

/**
 * Calibrates for what placed orders leave. That can be what factories' menus do not allow, though they allow the week: of
 * the last box before all are placed, recipes may be left over that no factory carries together. Then the weights come
 * as near as menus allow.
 *
 * @throws InputError when the week itself is not possible
 */
export function calibrateRemainder(
  week: Week,
  key: RandomKey,
  remaining: InclusionTargets,
  whole: InclusionTargets,
): Calibration {
  const calibration = orNothing(() => calibrateExactlyOrByDrawing(week, key, remaining));
  if (calibration && calibration.error <= MAX_UNSUSPICIOUS_ERROR) return calibration;
  const { weights } = calibrateExactlyOrByDrawing(week, key, whole);
  refuseUnreached(whole.targets, expectedInclusions(weights, whole.sizes, week.carriedBy), week.recipes);
  if (calibration) return calibration;
  const blended = blendWithWholeWeek(remaining.targets, whole.targets);
  const targets = withinInclusionLimits(blended, week.uptake, remaining.sizes);
  return calibrateExactlyOrByDrawing(week, key, { targets, sizes: remaining.sizes });
}

/** What placed orders leave, with 5% of all that the week expects, so that there is enough to choose from; [recipe]. */
export function blendWithWholeWeek(remaining: Float64Array, whole: Float64Array): Float64Array {
  return remaining.map((target, i) => (1 - WHOLE_WEEK_SHARE) * target + WHOLE_WEEK_SHARE * whole[i]);
}

/** Undefined where the work refuses its input. */
function orNothing<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function calibrateExactlyOrByDrawing(
  { recipes, carriedBy }: Week,
  key: RandomKey,
  { targets, sizes }: InclusionTargets,
): Calibration {
  return hasTooManyMenuTerms(targets, sizes, carriedBy)
    ? calibrateByDrawing(targets, sizes, recipes, carriedBy, key)
    : calibrate(targets, sizes, recipes, { carriedBy, tolerance: TOLERANCE });
}

/**
 * @param inclusion [recipe], expected inclusions a box that the best weights found reach
 * @throws InputError when more than 1% of all picks are not what is expected
 */
function refuseUnreached(targets: Float64Array, inclusion: Float64Array, recipes: readonly Recipe[]): void {
  const short = targets.map((target, i) => target - inclusion[i]);
  const missing = short.reduce((sum, value) => sum + Math.max(0, value), 0);
  if (missing <= MAX_MISPLACED_SHARE * targets.reduce((sum, target) => sum + target, 0)) return;
  const worst = short.reduce((best, value, i) => (value > short[best] ? i : best), 0);
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
  throw new InputError(
    `recipe ${recipes[worst].id} (${recipes[worst].name}): expected in ${percent(targets[worst])} of the simulated ` +
      `boxes, but only some ${percent(inclusion[worst])} can be drawn with it: a box holds only recipes that one ` +
      'factory carries, and those that share a factory with it are expected too rarely; ' +
      'expected a smaller uptake, or more factories that carry it',
  );
}
