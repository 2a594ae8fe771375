/**
 * Drawing sets of distinct recipes: k draws by weight from a lookup table, and the set begun again on a repeat. That is
 * conditional Poisson sampling exactly, whatever k, with one table for all of them.
 */

import type { Calibration } from './calibrate.ts';
import { kernel, MOST, views } from './kernel/kernel.ts';
import { drawOneByOne, oneByOneOf, type DrawSource, type OneByOne } from './one-by-one.ts';
import type { PickTable } from './pick-table.ts';
import { useKey } from './random.ts';

/** 16-bit pieces in one random block. */
const PIECES_PER_BLOCK = 8;
/** Below this chance of an admissible set, or past the pieces of one block, a set is drawn recipe by recipe. */
const LEAST_ACCEPTANCE = 0.04;

/** Everything `drawSets` needs for one scenario. */
export interface SetDrawer extends PickTable {
  readonly weights: Float64Array;
  /** [recipe], factories as bits. */
  readonly carriedBy: Uint32Array;
  /** [k], whether rejection would draw it too slowly. */
  readonly isRare: readonly boolean[];
  /** [k], made when first needed. */
  readonly oneByOne: (OneByOne | undefined)[];
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
  const isRare = Array.from(
    calibration.acceptance,
    (chance, k) => k > PIECES_PER_BLOCK || chance < LEAST_ACCEPTANCE,
  );
  return { ...table, weights: calibration.weights, carriedBy, isRare, oneByOne: [] };
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
 * conditional Poisson. So they are when an order that has found none is drawn recipe by recipe.
 */
export function drawSets(
  drawer: SetDrawer,
  source: DrawSource,
  first: number,
  count: number,
  k: number,
): DrawnSets {
  const { recipe, mask } = views();
  if (drawer.isRare[k]) mask.fill(0, 0, count);
  else if (drawByRejection(drawer, source, first, count, k) === 0) return { recipe, mask };
  const oneByOne = (drawer.oneByOne[k] ??= oneByOneOf(drawer.weights, drawer.carriedBy, k));
  for (let i = 0; i < count; i++)
    if (mask[i] === 0) mask[i] = drawOneByOne(oneByOne, drawer.carriedBy, source, first + i, recipe, i * k);
  return { recipe, mask };
}

/** @returns how many orders have found no set; their masks are 0 */
function drawByRejection(
  drawer: SetDrawer,
  source: DrawSource,
  first: number,
  count: number,
  k: number,
): number {
  if (entered !== drawer) {
    const { first: table, second, carried } = views();
    entered = drawer;
    table.set(drawer.first);
    second.set(drawer.second);
    carried.set(drawer.carriedBy);
  }
  useKey(source.key);
  return kernel.drawSets(first, count, k, source.scenario);
}
