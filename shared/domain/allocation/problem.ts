/**
 * Routing one delivery day: the Box Allocation Problem.
 *
 * Nguyen, Genest & Zemkoho, "The Box Allocation Problem" (arXiv 2509.06157).
 */
import type { RandomWords } from '../sampling/random-words.ts';

/** One delivery day; F = `factoryCount`, R = `recipeCount`, n = `boxCount`. */
export interface DayProblem {
  /** At most `MAX_FACTORIES`. */
  readonly factoryCount: number;
  readonly recipeCount: number;
  /** [factory] whole boxes; 0 closed, Infinity no cap. */
  readonly caps: Float64Array;
  /** [factory] 1: filled exactly when enough eligible boxes exist; 0: at most. */
  readonly exact: Uint8Array;
  readonly boxCount: number;
  /** [box] where its recipes begin in `recipe`; n + 1 long. */
  readonly recipeStart: Uint32Array;
  /** Recipes of each box, in the way that `previous` counts them: one that stands in a box twice counts twice. */
  readonly recipe: Uint16Array;
  /** [box] the factories that may take it, as bits. */
  readonly eligible: Uint32Array;
  /** [recipe × F + factory] boxes that held the recipe in what was last published; absent: nothing was. */
  readonly previous?: Int32Array;
  /** [box] the factory it went to last time, or `UNALLOCATED` where that is not known: a start to improve on. */
  readonly previousFactory?: Uint8Array;
  /** Random words for one part of the search; parts of different numbers are independent. */
  readonly random: (part: number) => RandomWords;
}

export interface DayPlan {
  /** [box] factory index, or `UNALLOCATED`. */
  readonly factory: Uint8Array;
  /** Σ over recipes and factories |now − before|, boxes; 0 without an earlier forecast. */
  readonly objective: number;
  /** The best bound proved: no plan that allocates the same boxes and fills as much has a smaller objective. */
  readonly lowerBound: number;
  /** The objective meets the bound, and every box and exact cap has what it needs. */
  readonly optimal: boolean;
  /** The objective before anything was searched: the last plan as far as today's caps allow. */
  readonly start: number;
  /** Recipes in boxes. */
  readonly itemsNow: number;
  /** Exact caps that could not be filled, and by how many boxes. */
  readonly shortfalls: readonly { readonly factory: number; readonly missing: number }[];
  /** Boxes in no factory. */
  readonly unallocated: number;
}
