/**
 * Drawing sets of distinct recipes: k draws by weight from a lookup table, and the set begun again on a repeat. That is
 * conditional Poisson sampling exactly, whatever k, with one table for all of them.
 */

import type { Calibration } from './calibrate.ts';
import type { CondensedTable } from './condensed-table.ts';
import {
  drawSetsByRejection,
  MAX_ORDERS,
  missingSets,
  type DrawSource,
  type Sets,
  type SetTables,
} from './kernel/kernel.ts';
import { drawOneByOne, oneByOneOf, type OneByOne } from './one-by-one.ts';

/** 16-bit pieces in one random block. */
const PIECES_PER_BLOCK = 8;
/** Below this chance of an admissible set, or past the pieces of one block, a set is drawn recipe by recipe. */
const MIN_ACCEPTANCE = 0.04;

/** Everything `drawSets` needs for one scenario. */
export interface SetDrawer extends SetTables {
  readonly weights: Float64Array;
  /** [k], whether rejection would draw it too slowly. */
  readonly isRare: readonly boolean[];
  /** [k], made when first needed. */
  readonly oneByOne: (OneByOne | undefined)[];
}

/**
 * @param carriedBy [recipe], factories as bits
 * @param table of the calibration's weights
 */
export function setDrawer(calibration: Calibration, carriedBy: Uint32Array, table: CondensedTable): SetDrawer {
  const isRare = Array.from(calibration.acceptance, (chance, k) => k > PIECES_PER_BLOCK || chance < MIN_ACCEPTANCE);
  return { ...table, weights: calibration.weights, carriedBy, isRare, oneByOne: [] };
}

/** Orders of k recipes that one call draws at the most. */
export function maxSets(k: number): number {
  return Math.min(MAX_ORDERS, Math.floor((MAX_ORDERS * PIECES_PER_BLOCK) / k));
}

/**
 * Draws the sets of `count` (at most `maxSets(k)`) orders of k recipes each, distinct and carried by one factory
 * together. None is missing.
 *
 * Order i (`first` + its place) has random numbers of its own, so the orders can be drawn in any portions: words of
 * its own of the blocks of draw k for the first attempt, blocks of its own for those that follow. Every attempt takes
 * pieces of its own, whatever becomes of it: giving one up says nothing of the next, and the sets are exactly
 * conditional Poisson. So they are when an order that has found none is drawn recipe by recipe.
 */
export function drawSets(drawer: SetDrawer, source: DrawSource, first: number, count: number, k: number): Sets {
  const sets = drawer.isRare[k] ? missingSets(count, k) : drawSetsByRejection(drawer, source, first, count, k);
  if (sets.missing === 0) return sets;
  const { recipe, mask } = sets;
  const oneByOne = (drawer.oneByOne[k] ??= oneByOneOf(drawer.weights, drawer.carriedBy, k));
  for (let i = 0; i < count; i++)
    if (mask[i] === 0) mask[i] = drawOneByOne(oneByOne, drawer.carriedBy, source, first + i, recipe, i * k);
  return { recipe, mask, missing: 0 };
}
