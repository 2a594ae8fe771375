import { calibrateByDrawing } from './calibrate-by-drawing.ts';
import { InputError } from '../errors.ts';
import { refuseUnreached } from '../targets/impossible-targets.ts';
import { calibrate, expectedInclusions, isTooEntangled, type Calibration } from './calibrate.ts';
import type { SizeDistribution } from '../targets/size-distribution.ts';
import type { Week } from '../model.ts';
import { holdableTargets } from '../targets/order-targets.ts';
import type { RandomKey } from './random.ts';

/** More than this share of the picks in the wrong place is a menu that cannot give what is expected of it. */
export const MOST_MISSED = 0.01;
/** The smallest error of an inclusion worth its rounds: the table of picks keeps weights no better. */
const TOLERANCE = 1e-7;
/** A larger error of an inclusion may be one. */
const SUSPICIOUS = 1e-3;
/** Of the week's targets, where those of its last boxes cannot be met. */
const A_LITTLE = 0.05;

/** Inclusions that are wanted of the boxes of a week. */
export interface Wanted {
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
export function calibrateRemainder(week: Week, key: RandomKey, wanted: Wanted, whole: Wanted): Calibration {
  const calibration = attempt(() => calibrateAny(week, key, wanted));
  if (calibration && calibration.error <= SUSPICIOUS) return calibration;
  const { weights } = calibrateAny(week, key, whole);
  const reached = expectedInclusions(weights, whole.sizes, week.carriedBy);
  refuseUnreached(whole.targets, reached, week.recipes, MOST_MISSED);
  if (calibration) return calibration;
  const near = withALittleOfAll(wanted.targets, whole.targets);
  const targets = holdableTargets(near, week.uptake, wanted.sizes);
  return calibrateAny(week, key, { targets, sizes: wanted.sizes });
}

/** What placed orders leave, with a little of all that the week expects, so that there is enough to choose from. */
export function withALittleOfAll(targets: Float64Array, whole: Float64Array): Float64Array {
  return targets.map((target, i) => (1 - A_LITTLE) * target + A_LITTLE * whole[i]);
}

/** Undefined where the work refuses its input. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function calibrateAny(week: Week, key: RandomKey, { targets, sizes }: Wanted): Calibration {
  const { recipes, carriedBy } = week;
  return isTooEntangled(targets, sizes, carriedBy)
    ? calibrateByDrawing(targets, sizes, recipes, carriedBy, key)
    : calibrate(targets, sizes, recipes, { carriedBy, tolerance: TOLERANCE });
}
