/** One delivery day of a week, as the router takes it. */
import { boxMask } from '../box-masks.ts';
import { isRepeat } from '../boxes.ts';
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

export interface DayOfWeek {
  readonly week: Week;
  /** All boxes of the week. */
  readonly boxes: Boxes;
  /** Index into `week.days`. */
  readonly day: number;
  /** The day's boxes, see {@link boxesOfDay}. */
  readonly indices: Uint32Array;
  /** The week's: the search draws its random words from it. */
  readonly key: RandomKey;
  /** [recipe × F + factory] boxes of what was last published. */
  readonly previous?: Int32Array | undefined;
  /** [box of the week] where it went last time, or `UNALLOCATED`. */
  readonly previousFactory?: Uint8Array | undefined;
}

/** A day as the router takes it; a recipe that a box holds twice counts once, as in `previousCounts`. */
export function dayProblem(dayOfWeek: DayOfWeek): DayProblem {
  const { week, boxes, day, indices, key, previous, previousFactory } = dayOfWeek;
  const F = week.factories.length;
  const recipeStart = new Uint32Array(indices.length + 1);
  const recipe = new Uint16Array(boxes.recipe.length);
  let filled = 0;
  for (let i = 0; i < indices.length; i++) {
    const box = indices[i];
    for (let p = boxes.recipeStart[box]; p < boxes.recipeStart[box + 1]; p++)
      if (!isRepeat(boxes, box, p)) recipe[filled++] = boxes.recipe[p];
    recipeStart[i + 1] = filled;
  }
  return {
    factoryCount: F,
    recipeCount: week.recipes.length,
    caps: week.caps.slice(day * F, (day + 1) * F),
    exact: Uint8Array.from(week.factories, ({ fill }) => (fill === 'exact' ? 1 : 0)),
    boxCount: indices.length,
    recipeStart,
    recipe: recipe.slice(0, filled),
    eligible: Uint32Array.from(indices, (box) => boxMask(week, boxes, box)),
    random: (part) => new RandomWords(key, Stream.route, day, part),
    ...(previous ? { previous } : {}),
    ...(previousFactory ? { previousFactory: Uint8Array.from(indices, (box) => previousFactory[box]) } : {}),
  };
}

/**
 * Σ over recipes |now − before|, boxes, whatever their factories and whether they have one: how much the day itself has
 * changed. Undefined where nothing was published before.
 */
export function globalChange({ recipe, recipeCount, factoryCount, previous }: DayProblem): number | undefined {
  if (!previous) return undefined;
  const change = new Int32Array(recipeCount);
  for (const r of recipe) change[r]++;
  for (let cell = 0; cell < previous.length; cell++) change[Math.floor(cell / factoryCount)] -= previous[cell];
  return change.reduce((sum, value) => sum + Math.abs(value), 0);
}
