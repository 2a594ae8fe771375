import { drawSets, mostSets, setDrawer } from './draw-sets.ts';
import { calibrate, type Calibration } from './calibrate.ts';
import type { SizeDistribution } from '../targets/size-distribution.ts';
import type { Recipe } from '../model.ts';
import { pickTable } from './pick-table.ts';
import type { RandomKey } from './random.ts';

/** Sets drawn in a round. */
const SETS = 10_000;
const ROUNDS = 32;
/** How far the weights follow what a round has drawn: at first, and as 4 / round when they near their end. */
const FARTHEST = 0.5;
const NEARING = 4;

/**
 * As `calibrate`, for menus that overlap too wildly for a sum over them: sets are drawn, and the weights follow what comes
 * out, ever less, so that the noise of drawing averages out (Robbins & Monro 1951). Within 1–2% of most recipes' targets.
 *
 * @param targets [recipe], expected inclusions a box
 * @throws InputError as `calibrate`
 */
export function calibrateByDrawing(
  targets: Float64Array,
  sizes: SizeDistribution,
  recipes: readonly Recipe[],
  carriedBy: Uint32Array,
  key: RandomKey,
): Calibration {
  const start = calibrate(targets, sizes, recipes, { tolerance: 1e-3 });
  // Unknown how often an attempt finds a set: those that find none are drawn recipe by recipe.
  const calibration = { ...start, error: 0, acceptance: start.acceptance.fill(1) };
  const { weights } = calibration;
  for (let round = 1; round <= ROUNDS; round++) {
    // Numbers of no scenario.
    const drawn = drawnBy(calibration, sizes, carriedBy, key, -round);
    const step = Math.min(FARTHEST, NEARING / round);
    for (let i = 0; i < weights.length; i++) weights[i] *= ((targets[i] * SETS + 1) / (drawn[i] + 1)) ** step;
    const sum = weights.reduce((total, weight) => total + weight, 0);
    for (let i = 0; i < weights.length; i++) weights[i] /= sum;
  }
  return calibration;
}

/** [recipe], how many of the round's sets hold it. */
function drawnBy(
  calibration: Calibration,
  sizes: SizeDistribution,
  carriedBy: Uint32Array,
  key: RandomKey,
  scenario: number,
): Int32Array {
  const drawer = setDrawer(calibration, carriedBy, pickTable(calibration.weights));
  const drawn = new Int32Array(carriedBy.length);
  let index = 0;
  for (let c = 0; c < sizes.k.length; c++) {
    const k = sizes.k[c];
    const end = index + Math.round(SETS * sizes.share[c]);
    while (index < end) {
      const count = Math.min(end - index, mostSets(k));
      const { recipe } = drawSets(drawer, { key, scenario }, index, count, k);
      for (let p = 0; p < count * k; p++) drawn[recipe[p]]++;
      index += count;
    }
  }
  return drawn;
}
