/**
 * Drawing sets of distinct recipes: k draws by weight from a lookup table, and the set begun again on a repeat. That is
 * conditional Poisson sampling exactly, whatever k, with one table for all of them.
 */

import type { Calibration } from './inclusion';
import { kernel, MOST, views as kernelViews } from './kernel/kernel';
import { drawOneByOne, oneByOneOf, type DrawSource, type OneByOne } from './one-by-one';
import type { PickTable } from './pick-table';
import { useKey as use } from './random';

// Compiled to CommonJS, an import is a getter: where a little is done very often, it costs as much as the work.
const views = kernelViews;
const useKey = use;

/** 16-bit pieces in one random block. */
const PIECES_PER_BLOCK = 8;
/** Below this chance of an admissible set, or past the pieces of one block, a set is drawn recipe by recipe. */
const LEAST_ACCEPTANCE = 0.04;

/** Everything `drawSets` needs for one scenario. */
export interface SetDrawer extends PickTable {
  /** [recipe], factories as bits. */
  readonly carriedBy: Uint32Array;
  /** [k], for sizes that rejection would draw too slowly. */
  readonly oneByOne: readonly (OneByOne | undefined)[];
}

/** What was drawn last: valid until the next call. */
export interface DrawnSets {
  /** The sets, k after k. */
  readonly recipe: Uint16Array;
  /** [set], factories that carry all of it, as bits; never 0. */
  readonly mask: Int32Array;
}

/** @param table of the calibration's weights */
export function setDrawer(calibration: Calibration, carriedBy: Uint32Array, table: PickTable): SetDrawer {
  const oneByOne = Array.from(calibration.acceptance, (chance, k) =>
    k > PIECES_PER_BLOCK || (k > 0 && chance < LEAST_ACCEPTANCE)
      ? oneByOneOf(calibration.weights, carriedBy, k)
      : undefined,
  );
  return { ...table, carriedBy, oneByOne };
}

/** Orders of one call at the most. */
export function mostSets(k: number): number {
  return Math.min(MOST, Math.floor((MOST * PIECES_PER_BLOCK) / k));
}

/** The drawer whose tables the kernel holds. */
let entered: SetDrawer | undefined;

/**
 * Draws the sets of `count` (at most `mostSets(k)`) orders of k recipes each, distinct and carried by one factory
 * together.
 *
 * Order i (`first` + its place) has random numbers of its own, so the orders can be drawn in any portions: words of
 * its own of the blocks of draw k for the first attempt, blocks of its own for those that follow. Every attempt takes
 * pieces of its own, whatever becomes of it: giving one up says nothing of the next, and the sets are exactly
 * conditional Poisson.
 */
export function drawSets(
  drawer: SetDrawer,
  source: DrawSource,
  first: number,
  count: number,
  k: number,
): DrawnSets {
  const { first: table, second, carried, recipe, mask } = views();
  const rare = drawer.oneByOne[k];
  if (rare !== undefined) {
    for (let i = 0; i < count; i++)
      mask[i] = drawOneByOne(rare, drawer.carriedBy, source, first + i, recipe, i * k);
    return { recipe, mask };
  }
  if (entered !== drawer) {
    entered = drawer;
    table.set(drawer.first);
    second.set(drawer.second);
    carried.set(drawer.carriedBy);
  }
  useKey(source.key);
  const failed = kernel.drawSets(first, count, k, source.scenario);
  if (failed > 0) throw new Error(`no admissible set of ${k} recipes for ${failed} orders of ${count}`);
  return { recipe, mask };
}
