/**
 * How far a week can turn out from what is expected: one volume and one uptake a scenario. Both are drawn by
 * counter, so scenario 17 is the same whoever computes it, and with however many others.
 */

import type { SimulatorConstraints, Week } from '../model.ts';
import { fillRandom } from '../sampling/kernel/kernel.ts';
import { Stream, toUnit, type RandomKey } from '../sampling/random.ts';
import { constrainedUptake } from '../targets/constraints.ts';

/** Relative standard deviation of the volume one week ahead, where the week gives none. */
const VOLUME_SD = 0.03;
/** Dirichlet concentration of the uptake one week ahead: a recipe of 1% uptake then has 10% relative sd. */
const CONCENTRATION = 10_000;

/** Relative standard deviation of the volume: the week's own, else 3% · √(1 + weeks ahead). */
export function volumeSd(week: Week): number {
  return week.boxesSd ?? VOLUME_SD * Math.sqrt(1 + week.horizonWeeks);
}

/** Concentration of the uptake's Dirichlet distribution: 10,000 / (1 + weeks ahead). */
export function uptakeConcentration(week: Week): number {
  return CONCENTRATION / (1 + week.horizonWeeks);
}

/**
 * Boxes of the week in a scenario, whole: log-normal around `week.boxes`, V·exp(σz − σ²/2), whose mean is V.
 *
 * @param scenario 1, 2, 3 …
 */
export function scenarioBoxes(week: Week, key: RandomKey, scenario: number): number {
  // Of the logarithm, so that the boxes themselves have that relative standard deviation.
  const variance = Math.log(1 + volumeSd(week) ** 2);
  const block = new Uint32Array(4);
  fillRandom(block, 0, key, 0, 1, 0, Stream.volume, scenario);
  return Math.round(week.boxes * Math.exp(Math.sqrt(variance) * normal(block) - variance / 2));
}

/**
 * [recipe] uptake of a scenario: Dirichlet with mean `week.uptake`, then the run's cap on shares.
 *
 * @param concentration the larger, the nearer to the mean; Infinity: the mean itself
 */
export function scenarioUptake(
  week: Week,
  constraints: SimulatorConstraints,
  concentration: number,
  key: RandomKey,
  scenario: number,
): Float64Array {
  if (concentration === Infinity) return constrainedUptake(week.uptake, constraints);
  const draws = week.uptake.map((share, recipe) =>
    share > 0 ? gamma(share * concentration, key, recipe, scenario) : 0,
  );
  const sum = draws.reduce((total, value) => total + value, 0);
  return constrainedUptake(
    draws.map((value) => value / sum),
    constraints,
  );
}

/** A standard normal number from the first two words of a block (Box & Muller 1958). */
function normal(block: Uint32Array): number {
  return Math.sqrt(-2 * Math.log(toUnit(block[0]))) * Math.cos(2 * Math.PI * toUnit(block[1]));
}

/**
 * A gamma number of the given shape (Marsaglia & Tsang 2000): a normal, transformed and seldom refused. A
 * shape below 1 is drawn one higher and scaled by a power of a uniform number; a floor keeps it above 0.
 */
function gamma(shape: number, key: RandomKey, recipe: number, scenario: number): number {
  const block = new Uint32Array(4);
  const d = (shape < 1 ? shape + 1 : shape) - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (let draw = 0; ; draw++) {
    fillRandom(block, 0, key, recipe, 1, draw, Stream.uptake, scenario);
    const z = normal(block);
    const v = (1 + c * z) ** 3;
    if (v <= 0 || Math.log(toUnit(block[2])) >= 0.5 * z * z + d * (1 - v + Math.log(v))) continue;
    const boost = shape < 1 ? toUnit(block[3]) ** (1 / shape) : 1;
    return Math.max(d * v * boost, Number.MIN_VALUE * 2 ** 60);
  }
}
