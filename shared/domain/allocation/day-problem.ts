/** One delivery day of a week, as the router takes it. */
import type { Boxes, Week } from '../model.ts';
import { Stream, type RandomKey } from '../sampling/random.ts';
import { RandomWords } from '../sampling/random-words.ts';
import type { DayProblem } from './problem.ts';

/** Indices of a day's boxes, ascending. */
export function boxesOfDay(boxes: Boxes, day: number): Uint32Array {
  let count = 0;
  for (let i = 0; i < boxes.count; i++) if (boxes.day[i] === day) count++;
  const indices = new Uint32Array(count);
  let at = 0;
  for (let i = 0; i < boxes.count; i++) if (boxes.day[i] === day) indices[at++] = i;
  return indices;
}

/**
 * A day as the router takes it; a recipe that a box holds twice counts once, as in `previousCounts`.
 *
 * @param indices the day's boxes
 * @param before [recipe × F + factory] what was last published
 * @param warmStart [box of the week] where it went last time
 * @param key of the week: the search's random words are drawn from it
 */
export function dayProblem(
  week: Week,
  boxes: Boxes,
  day: number,
  indices: Uint32Array,
  before: Int32Array | undefined,
  warmStart: Uint8Array | undefined,
  key: RandomKey,
): DayProblem {
  const factoryCount = week.factories.length;
  const everywhere = factoryCount === 32 ? 0xffffffff : 2 ** factoryCount - 1;
  const recipeStart = new Uint32Array(indices.length + 1);
  const recipe = new Uint16Array(boxes.recipe.length);
  const eligible = new Uint32Array(indices.length);
  let filled = 0;
  for (let i = 0; i < indices.length; i++) {
    const box = indices[i];
    let mask = everywhere;
    for (let p = boxes.productStart[box]; p < boxes.productStart[box + 1]; p++) {
      mask &= week.products[boxes.product[p]].factoryMask;
    }
    const from = filled;
    for (let p = boxes.recipeStart[box]; p < boxes.recipeStart[box + 1]; p++) {
      const r = boxes.recipe[p];
      mask &= week.carriedBy[r];
      // The router counts a recipe once a box, also where a box holds it twice.
      if (!holds(recipe, from, filled, r)) recipe[filled++] = r;
    }
    eligible[i] = mask >>> 0;
    recipeStart[i + 1] = filled;
  }
  return {
    factoryCount,
    recipeCount: week.recipes.length,
    caps: week.caps.slice(day * factoryCount, (day + 1) * factoryCount),
    exact: Uint8Array.from(week.factories, (factory) => (factory.fill === 'exact' ? 1 : 0)),
    catchAll: week.catchAll,
    boxCount: indices.length,
    recipeStart,
    recipe: recipe.slice(0, filled),
    eligible,
    random: (part) => new RandomWords(key, Stream.route, day, part),
    ...(before ? { previous: before } : {}),
    ...(warmStart ? { previousFactory: Uint8Array.from(indices, (box) => warmStart[box]) } : {}),
  };
}

function holds(recipe: Uint16Array, from: number, to: number, wanted: number): boolean {
  for (let at = from; at < to; at++) if (recipe[at] === wanted) return true;
  return false;
}

/** Σ over recipes |now − before|, factories apart: no routing can do with less. Undefined without a before. */
export function globalChange({
  recipe,
  recipeCount,
  factoryCount,
  previous,
}: DayProblem): number | undefined {
  if (!previous) return undefined;
  const change = new Int32Array(recipeCount);
  for (const r of recipe) change[r]++;
  for (let cell = 0; cell < previous.length; cell++)
    change[Math.floor(cell / factoryCount)] -= previous[cell];
  return change.reduce((sum, value) => sum + Math.abs(value), 0);
}
