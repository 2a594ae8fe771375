/**
 * Drawing sets of distinct recipes: k draws by weight from a 16-bit lookup table, and the set begun again
 * on a repeat. That is conditional Poisson sampling exactly, whatever k, with one table for all of them.
 */

import { attempt as attemptOne, attemptAll as attemptMany, type Carried } from './attempts';
import type { Calibration } from './inclusion';
import { drawOneByOne, oneByOneOf, type DrawSource, type OneByOne } from './one-by-one';
import { ESCAPE as TABLE_ESCAPE, type PickTable } from './pick-table';
import { fillRandom as fill, Stream } from './random';

// Compiled to CommonJS, an import is a getter: in a hot loop it costs as much as the draw itself.
const ESCAPE = TABLE_ESCAPE;
const attempt = attemptOne;
const attemptAll = attemptMany;
const fillRandom = fill;
const RECIPES = Stream.recipes;
const ESCAPES = Stream.escapes;

/** 16-bit pieces in one random block. */
export const PIECES_PER_BLOCK = 8;
/** Below this chance of an admissible set, or past the pieces of one block, a set is drawn recipe by recipe instead. */
const LEAST_ACCEPTANCE = 0.04;
const MOST_BLOCKS = 1024;
const MOST_ATTEMPTS = 65_536;

/** Everything `drawSets` needs for one scenario. */
export interface SetDrawer extends Carried {
  /** [k], for sizes that rejection would draw too slowly. */
  readonly oneByOne: readonly (OneByOne | undefined)[];
}

/** @param table of the calibration's weights */
export function setDrawer(calibration: Calibration, carriedBy: Uint32Array, table: PickTable): SetDrawer {
  const oneByOne = Array.from(calibration.acceptance, (chance, k) =>
    k > PIECES_PER_BLOCK || (k > 0 && chance < LEAST_ACCEPTANCE)
      ? oneByOneOf(calibration.weights, k)
      : undefined,
  );
  // The escape is carried by no factory: an attempt that holds one fails at first sight.
  const masks = new Int32Array(ESCAPE + 1);
  masks.set(carriedBy);
  // Written out, so that all drawers have one hidden class and compiled code outlives the drawer.
  return { first: table.first, second: table.second, carriedBy: masks, oneByOne };
}

/** Orders drawn together; one block more, for a batch may begin in the middle of one. */
const BATCH = 512;
const batchWords = new Uint32Array(4 * (BATCH + 1));
const batchFailed = new Uint16Array(BATCH);

/**
 * [k] the pieces of an attempt: whole words that a block holds a whole number of times. Random numbers are the
 * largest part of what an order costs.
 */
const STRIDE = Uint8Array.of(2, 2, 2, 4, 4, 8, 8, 8, 8);

/**
 * Draws the sets of `count` orders of k recipes each, distinct and carried by one factory together.
 *
 * Order i (`first` + its place) has random numbers of its own, so the orders can be drawn in any portions: its
 * part of a block of draw k for the first attempt, blocks of its own for those that follow. Every attempt takes
 * pieces of its own, whatever becomes of it: giving one up says nothing of the next, and the sets are exactly
 * conditional Poisson.
 *
 * @param recipe gets the sets, k after k, from `at` on
 * @param mask gets the factories that carry each set, as bits (never 0), from `maskAt` on
 */
export function drawSets(
  drawer: SetDrawer,
  source: DrawSource,
  first: number,
  count: number,
  k: number,
  recipe: Uint16Array,
  at: number,
  mask: Int32Array,
  maskAt: number,
): void {
  if (drawer.oneByOne[k] !== undefined) {
    for (let i = 0; i < count; i++)
      mask[maskAt + i] = drawRarely(drawer, drawer.oneByOne[k], source, first + i, k, recipe, at + i * k);
    return;
  }
  const stride = STRIDE[k];
  const perBlock = PIECES_PER_BLOCK / stride;
  for (let done = 0; done < count; done += BATCH) {
    const size = Math.min(BATCH, count - done);
    const to = at + done * k;
    const maskTo = maskAt + done;
    const inBlock = (first + done) % perBlock;
    const block = (first + done - inBlock) / perBlock;
    const blocks = Math.ceil((inBlock + size) / perBlock);
    fillRandom(batchWords, 0, source.key, block, blocks, k, RECIPES, source.scenario);
    attemptAll(
      drawer,
      batchWords,
      (inBlock * stride) >> 1,
      stride >> 1,
      k,
      recipe,
      to,
      mask,
      maskTo,
      maskTo + size,
    );
    const failed = listFailed(mask, maskTo, size);
    for (let f = 0; f < failed; f++) {
      const i = batchFailed[f];
      mask[maskTo + i] = drawOn(drawer, source, first + done + i, k, recipe, to + i * k);
    }
  }
}

/** Lists the places of a batch with mask 0; returns how many. */
function listFailed(mask: Int32Array, maskAt: number, count: number): number {
  const list = batchFailed;
  let failed = 0;
  for (let i = 0; i < count; i++) {
    list[failed] = i;
    // One more for 0 alone, which has 32 leading zeros: no branch, as it could not be predicted.
    failed += Math.clz32(mask[maskAt + i]) >>> 5;
  }
  return failed;
}

/** Attempts after a first that has failed, unless it holds an escape, which is settled now. */
function drawOn(
  drawer: SetDrawer,
  source: DrawSource,
  index: number,
  k: number,
  out: Uint16Array,
  at: number,
): number {
  let mask = holdsEscape(k, out, at) ? settleEscapes(drawer, source, index, 0, 0, k, out, at) : 0;
  for (let draw = PIECES_PER_BLOCK + 1; mask === 0 && draw < MOST_BLOCKS; draw++) {
    fillRandom(moreWords, 0, source.key, index, 1, draw, RECIPES, source.scenario);
    for (let offset = 0; mask === 0 && offset + k <= PIECES_PER_BLOCK; offset += STRIDE[k]) {
      mask = attempt(drawer, moreWords, offset >> 1, k, out, at);
      if (mask === 0 && holdsEscape(k, out, at))
        mask = settleEscapes(drawer, source, index, draw, offset, k, out, at);
    }
  }
  if (mask === 0) throw new Error(`no admissible set of ${k} recipes in ${MOST_BLOCKS} blocks`);
  return mask;
}

function holdsEscape(k: number, out: Uint16Array, at: number): boolean {
  for (let p = at; p < at + k; p++) if (out[p] === ESCAPE) return true;
  return false;
}

const moreWords = new Uint32Array(4);
const escapeWords = new Uint32Array(4);
const escapePieces = new Uint16Array(escapeWords.buffer);

/** Settles each escape by the second table, with a piece that belongs to its place in its block; as `attempt`. */
function settleEscapes(
  drawer: SetDrawer,
  source: DrawSource,
  index: number,
  draw: number,
  offset: number,
  k: number,
  out: Uint16Array,
  at: number,
): number {
  fillRandom(escapeWords, 0, source.key, index, 1, draw, ESCAPES, source.scenario);
  for (let j = 0; j < k; j++)
    if (out[at + j] === ESCAPE) out[at + j] = drawer.second[escapePieces[offset + j]];
  return admissible(drawer, k, out, at);
}

/** The factories that carry the whole set; 0 for none, or when a recipe is in it twice. */
function admissible({ carriedBy }: SetDrawer, k: number, out: Uint16Array, at: number): number {
  let mask = -1;
  let repeat = 0;
  for (let j = at; j < at + k; j++) {
    const recipe = out[j];
    for (let p = at; p < j; p++) repeat |= (out[p] ^ recipe) - 1;
    mask &= carriedBy[recipe];
  }
  return repeat < 0 ? 0 : mask;
}

/** Sets drawn recipe by recipe until one factory carries them all. */
function drawRarely(
  drawer: SetDrawer,
  oneByOne: OneByOne,
  source: DrawSource,
  index: number,
  k: number,
  out: Uint16Array,
  at: number,
): number {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    drawOneByOne(oneByOne, source, index, attempt, k, out, at);
    const mask = admissible(drawer, k, out, at);
    if (mask !== 0) return mask;
  }
  throw new Error(`no set of ${k} recipes that one factory carries in ${MOST_ATTEMPTS} attempts`);
}
