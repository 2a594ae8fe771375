import type { Recipe } from '../model.ts';
import type { SizeDistribution } from '../targets/size-distribution.ts';
import { calibrate, type Calibration } from './calibrate.ts';
import { condensedTable } from './condensed-table.ts';
import { drawSets, maxSets, setDrawer } from './draw-sets.ts';
import type { RandomKey } from './random.ts';

const SETS_PER_ROUND = 10_000;
const ROUNDS = 32;
/** How far the weights follow what a round has drawn: this at first, later DECAY / round, which is less and less. */
const MAX_STEP = 0.5;
const DECAY = 4;

/**
 * As `calibrate`, for menus that overlap in too many ways for a sum over them: sets are drawn, and the weights follow what
 * comes out, ever less, so that the noise of drawing averages out (Robbins & Monro 1951). Within 1–2% of most recipes'
 * targets.
 *
 * @param targets [recipe], expected inclusions a box
 * @param carriedBy [recipe], factories as bits
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
    const step = Math.min(MAX_STEP, DECAY / round);
    for (let i = 0; i < weights.length; i++) weights[i] *= ((targets[i] * SETS_PER_ROUND + 1) / (drawn[i] + 1)) ** step;
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
  const drawer = setDrawer(calibration, carriedBy, condensedTable(calibration.weights));
  const drawn = new Int32Array(carriedBy.length);
  let index = 0;
  for (let c = 0; c < sizes.k.length; c++) {
    const k = sizes.k[c];
    const end = index + Math.round(SETS_PER_ROUND * sizes.share[c]);
    while (index < end) {
      const count = Math.min(end - index, maxSets(k));
      const { recipe } = drawSets(drawer, { key, scenario }, index, count, k);
      for (let p = 0; p < count * k; p++) drawn[recipe[p]]++;
      index += count;
    }
  }
  return drawn;
}
