/**
 * Drawing sets of distinct recipes: k draws by weight from a 16-bit lookup table, and the set begun again
 * on a repeat. That is conditional Poisson sampling exactly, whatever k, with one table for all of them.
 */

import type { Calibration } from './inclusion';
import { drawOneByOne, oneByOneOf, type DrawSource, type OneByOne } from './one-by-one';
import { ESCAPE as TABLE_ESCAPE, FIRST_SHIFT as TABLE_SHIFT, pickTable, type PickTable } from './pick-table';
import { fillRandom, Stream } from './random';

// Compiled to CommonJS, an import is a getter: in a hot loop it costs as much as the draw itself.
const ESCAPE = TABLE_ESCAPE;
const FIRST_SHIFT = TABLE_SHIFT;

/** 16-bit pieces in one random block. */
export const PIECES_PER_BLOCK = 8;
/** Below this chance of an admissible set, or past the pieces of one block, a set is drawn recipe by recipe instead. */
const LEAST_ACCEPTANCE = 0.04;
const MOST_BLOCKS = 1024;
const MOST_ATTEMPTS = 65_536;

/** Everything `drawSets` needs for one scenario. */
export interface SetDrawer extends PickTable {
  /** [recipe], factories as bits; 0 for the escape. */
  readonly carriedBy: Int32Array;
  /** [k], for sizes that rejection would draw too slowly. */
  readonly oneByOne: readonly (OneByOne | undefined)[];
}

/** The drawer of a calibration. `into` lends its tables, so that scenarios need not allocate their own. */
export function setDrawer(calibration: Calibration, carriedBy: Uint32Array, into?: PickTable): SetDrawer {
  const table = pickTable(calibration.weights, into);
  const oneByOne = Array.from(calibration.acceptance, (chance, k) =>
    k > PIECES_PER_BLOCK || (k > 0 && chance < LEAST_ACCEPTANCE)
      ? oneByOneOf(calibration.weights, k)
      : undefined,
  );
  // The escape is carried by no factory: an attempt that holds one fails at first sight.
  const masks = new Int32Array(ESCAPE + 1);
  masks.set(carriedBy);
  return { ...table, carriedBy: masks, oneByOne };
}

const BATCH = 1024;
const batchWords = new Uint32Array(4 * BATCH);
const batchPieces = new Uint16Array(batchWords.buffer);

/**
 * Draws the sets of `count` orders of k recipes each, distinct and carried by one factory together.
 *
 * Order i (`first` + its place) has random numbers of its own, so the orders can be drawn in any portions.
 * Every attempt takes k pieces of its own, whatever becomes of it, and never parts of two blocks: giving one
 * up says nothing of the next, and the sets are exactly conditional Poisson.
 *
 * @param recipe gets the sets, k after k, from `at` on
 * @param mask gets the factories that carry each set, as bits (never 0), from its start on
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
): void {
  if (drawer.oneByOne[k] !== undefined) {
    for (let i = 0; i < count; i++)
      mask[i] = drawRarely(drawer, drawer.oneByOne[k], source, first + i, k, recipe, at + i * k);
    return;
  }
  for (let done = 0; done < count; done += BATCH) {
    const size = Math.min(BATCH, count - done);
    fillRandom(batchWords, 0, source.key, first + done, size, 0, Stream.recipes, source.scenario);
    const out = recipe.subarray(at + done * k, at + (done + size) * k);
    const masks = mask.subarray(done, done + size);
    attemptAll(drawer, k, out, masks);
    for (let i = 0; i < size; i++)
      if (masks[i] === 0) masks[i] = drawOn(drawer, source, i, first + done + i, k, out, i * k);
  }
}

/** First attempts of a batch; 0 in `mask`: failed, or holds an escape. */
function attemptAll(drawer: SetDrawer, k: number, out: Uint16Array, mask: Int32Array): void {
  const pieces = batchPieces;
  const count = mask.length;
  // A loop for each common size, so that V8 puts the attempt in place and no branch on k is left in it.
  if (k === 2)
    for (let i = 0; i < count; i++) mask[i] = attempt2(drawer, pieces, PIECES_PER_BLOCK * i, out, 2 * i);
  else if (k === 3)
    for (let i = 0; i < count; i++) mask[i] = attempt3(drawer, pieces, PIECES_PER_BLOCK * i, out, 3 * i);
  else if (k === 4)
    for (let i = 0; i < count; i++) mask[i] = attempt4(drawer, pieces, PIECES_PER_BLOCK * i, out, 4 * i);
  else
    for (let i = 0; i < count; i++) mask[i] = attemptAny(drawer, pieces, PIECES_PER_BLOCK * i, k, out, k * i);
}

/** What k pieces say, written to `out`: the factories that carry it; 0 for a repeat, none, or an escape. */
function attempt(
  drawer: SetDrawer,
  pieces: Uint16Array,
  piece: number,
  k: number,
  out: Uint16Array,
  at: number,
): number {
  if (k === 3) return attempt3(drawer, pieces, piece, out, at);
  if (k === 4) return attempt4(drawer, pieces, piece, out, at);
  if (k === 2) return attempt2(drawer, pieces, piece, out, at);
  return attemptAny(drawer, pieces, piece, k, out, at);
}

function attempt2(
  { first, carriedBy }: SetDrawer,
  pieces: Uint16Array,
  piece: number,
  out: Uint16Array,
  at: number,
): number {
  const a = first[pieces[piece] >>> FIRST_SHIFT];
  const b = first[pieces[piece + 1] >>> FIRST_SHIFT];
  out[at] = a;
  out[at + 1] = b;
  // Negative where two are equal: arithmetic instead of a branch that is hard to predict.
  const repeat = ((a ^ b) - 1) >> 31;
  return carriedBy[a] & carriedBy[b] & ~repeat;
}

function attempt3(
  { first, carriedBy }: SetDrawer,
  pieces: Uint16Array,
  piece: number,
  out: Uint16Array,
  at: number,
): number {
  const a = first[pieces[piece] >>> FIRST_SHIFT];
  const b = first[pieces[piece + 1] >>> FIRST_SHIFT];
  const c = first[pieces[piece + 2] >>> FIRST_SHIFT];
  out[at] = a;
  out[at + 1] = b;
  out[at + 2] = c;
  const repeat = (((a ^ b) - 1) | ((a ^ c) - 1) | ((b ^ c) - 1)) >> 31;
  return carriedBy[a] & carriedBy[b] & carriedBy[c] & ~repeat;
}

function attempt4(
  { first, carriedBy }: SetDrawer,
  pieces: Uint16Array,
  piece: number,
  out: Uint16Array,
  at: number,
): number {
  const a = first[pieces[piece] >>> FIRST_SHIFT];
  const b = first[pieces[piece + 1] >>> FIRST_SHIFT];
  const c = first[pieces[piece + 2] >>> FIRST_SHIFT];
  const d = first[pieces[piece + 3] >>> FIRST_SHIFT];
  out[at] = a;
  out[at + 1] = b;
  out[at + 2] = c;
  out[at + 3] = d;
  const repeat =
    ((a ^ b) - 1) | ((a ^ c) - 1) | ((a ^ d) - 1) | ((b ^ c) - 1) | ((b ^ d) - 1) | ((c ^ d) - 1);
  return carriedBy[a] & carriedBy[b] & carriedBy[c] & carriedBy[d] & ~(repeat >> 31);
}

function attemptAny(
  drawer: SetDrawer,
  pieces: Uint16Array,
  piece: number,
  k: number,
  out: Uint16Array,
  at: number,
): number {
  const { first, carriedBy } = drawer;
  // Four without an inner loop; the others one by one.
  let j = k < 4 ? 0 : 4;
  let mask = k < 4 ? -1 : attempt4(drawer, pieces, piece, out, at);
  let repeat = 0;
  for (; j < k; j++) {
    const recipe = first[pieces[piece + j] >>> FIRST_SHIFT];
    for (let p = at; p < at + j; p++) repeat |= (out[p] ^ recipe) - 1;
    out[at + j] = recipe;
    mask &= carriedBy[recipe];
  }
  return mask & ~(repeat >> 31);
}

/**
 * Attempt after attempt, through as many blocks as it takes. The first is not made again: it has failed,
 * unless it holds an escape, which is settled now.
 */
function drawOn(
  drawer: SetDrawer,
  source: DrawSource,
  place: number,
  index: number,
  k: number,
  out: Uint16Array,
  at: number,
): number {
  let block = batchPieces;
  let start = place * PIECES_PER_BLOCK;
  let mask = 0;
  for (let draw = 0; draw < MOST_BLOCKS; draw++) {
    if (draw > 0) {
      fillRandom(moreWords, 0, source.key, index, 1, draw, Stream.recipes, source.scenario);
      block = morePieces;
      start = 0;
    }
    for (let offset = 0; offset + k <= PIECES_PER_BLOCK; offset += k) {
      if (draw > 0 || offset > 0) mask = attempt(drawer, block, start + offset, k, out, at);
      if (mask === 0 && holdsEscape(k, out, at))
        mask = settleEscapes(drawer, source, index, draw, offset, k, out, at);
      if (mask !== 0) return mask;
    }
  }
  throw new Error(`no admissible set of ${k} recipes in ${MOST_BLOCKS} blocks`);
}

function holdsEscape(k: number, out: Uint16Array, at: number): boolean {
  for (let p = at; p < at + k; p++) if (out[p] === ESCAPE) return true;
  return false;
}

const moreWords = new Uint32Array(4);
const morePieces = new Uint16Array(moreWords.buffer);
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
  fillRandom(escapeWords, 0, source.key, index, 1, draw, Stream.escapes, source.scenario);
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
