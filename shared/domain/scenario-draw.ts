/** Draws the boxes of one scenario: their sizes and days, recipes, eligibility and products. */

import { drawSets as draw, PIECES_PER_BLOCK as PIECES } from './draw-sets';
import type { Week } from './model';
import { ESCAPE as TABLE_ESCAPE, FIRST_SHIFT as TABLE_SHIFT } from './pick-table';
import { fillRandom as fill, Stream, type RandomKey } from './random';
import type { ScenarioModel } from './scenario-model';

// Compiled to CommonJS, an import is a getter: in a hot loop it costs as much as the draw itself.
const ESCAPE = TABLE_ESCAPE;
const FIRST_SHIFT = TABLE_SHIFT;
const PIECES_PER_BLOCK = PIECES;
const fillRandom = fill;
const drawSets = draw;
const PRODUCTS = Stream.products;
const BOXES = Stream.boxes;

/** Draws of the products' stream. */
const HOW_MANY = 0;
const WHICH = 1;
const UNITS_PER_BLOCK = PIECES / 2;

const BATCH = 1024;
/** Past the classes of masks seen so far. */
const UNSEEN = -1;

/** Numbers for eligibility masks, in order of appearance. */
export class MaskClasses {
  readonly masks: number[] = [];
  /** [mask], its class or −1; empty when there are too many factories for a table. */
  readonly known: Int16Array;
  private readonly others = new Map<number, number>();

  /** @param factories how many; up to 16 have a table, more a map */
  constructor(factories: number) {
    this.known = new Int16Array(factories <= 16 ? 2 ** factories : 0).fill(UNSEEN);
  }

  /** The class of a mask, a new one when it is new. */
  of(mask: number): number {
    const inTable = mask >= 0 && mask < this.known.length;
    const c = inTable ? this.known[mask] : (this.others.get(mask) ?? UNSEEN);
    return c === UNSEEN ? this.add(mask, inTable) : c;
  }

  private add(mask: number, inTable: boolean): number {
    const c = this.masks.push(mask) - 1;
    if (inTable) this.known[mask] = c;
    else this.others.set(mask, c);
    return c;
  }
}

/**
 * The boxes of one scenario, in runs of one label (cell of the mix × days + day): how many get each label is
 * drawn, their order means nothing. Memory grows to the largest scenario and is used again for every one.
 */
export class ScenarioBoxes {
  /** [label], boxes. */
  readonly ofLabel: Int32Array;
  /** [box], class of its eligibility mask. */
  cls = new Uint16Array(0);
  /** [box], room for the factory it will be routed to. */
  factory = new Uint8Array(0);
  /** Sets of all boxes, one after another. */
  recipe = new Uint16Array(0);
  /** Units of products: box and product of each, boxes ascending. */
  units = 0;
  unitBox = new Int32Array(1024);
  unitProduct = new Uint16Array(1024);
  /** Places in a batch of the boxes that have units. */
  readonly withUnits = new Uint16Array(BATCH * PIECES_PER_BLOCK + 1);
  private readonly words = new Uint32Array(4 * BATCH);
  readonly pieces = new Uint16Array(this.words.buffer);
  private readonly spareWords = new Uint32Array(4);
  private readonly sparePieces = new Uint16Array(this.spareWords.buffer);
  private readonly mask = new Int32Array(BATCH);
  /** [product], factories as bits. */
  private readonly productMask: Int32Array;

  /**
   * @param recipesOf [label], recipes of a box
   * @param classes numbers the masks; gets those that are new
   */
  constructor(
    week: Week,
    private readonly key: RandomKey,
    private readonly recipesOf: Uint8Array,
    private readonly classes: MaskClasses,
  ) {
    this.ofLabel = new Int32Array(recipesOf.length);
    this.productMask = Int32Array.from(week.products, ({ factoryMask }) => factoryMask);
  }

  draw(model: ScenarioModel): void {
    this.clear();
    this.countLabels(model);
    this.reserve(model.count);
    const source = { key: this.key, scenario: model.scenario };
    let box = 0;
    let at = 0;
    this.ofLabel.forEach((boxes, label) => {
      const k = this.recipesOf[label];
      for (const end = box + boxes; box < end;) {
        const size = Math.min(BATCH, end - box);
        drawSets(model.drawer, source, box, size, k, this.recipe, at, this.mask, 0);
        this.classify(box, size);
        box += size;
        at += size * k;
      }
    });
    this.drawUnits(model);
  }

  /** A scenario without simulated boxes. */
  clear(): void {
    this.ofLabel.fill(0);
    this.units = 0;
  }

  private reserve(count: number): void {
    let picks = 0;
    this.ofLabel.forEach((boxes, label) => (picks += boxes * this.recipesOf[label]));
    if (this.cls.length < count) {
      this.cls = new Uint16Array(Math.ceil(count * 1.1));
      this.factory = new Uint8Array(this.cls.length);
    }
    if (this.recipe.length < picks) this.recipe = new Uint16Array(Math.ceil(picks * 1.1));
  }

  /** One piece a box, eight boxes a block. */
  private countLabels(model: ScenarioModel): void {
    const perBatch = BATCH * PIECES_PER_BLOCK;
    for (let first = 0; first < model.count; first += perBatch) {
      const boxes = Math.min(perBatch, model.count - first);
      const blocks = Math.ceil(boxes / PIECES_PER_BLOCK);
      fillRandom(this.words, 0, this.key, first / PIECES_PER_BLOCK, blocks, 0, BOXES, model.scenario);
      const escapes = countPieces(model.labels.first, this.pieces, boxes, this.ofLabel);
      for (let escape = 0; escape < escapes; escape++) this.settleLabel(model, first + escape);
    }
  }

  private settleLabel(model: ScenarioModel, index: number): void {
    fillRandom(this.spareWords, 0, this.key, index, 1, 1, BOXES, model.scenario);
    this.ofLabel[model.labels.second[this.sparePieces[0]]]++;
  }

  private classify(first: number, size: number): void {
    const { mask, cls, classes } = this;
    const { known } = classes;
    for (let i = 0; i < size; i++) {
      const c = known[mask[i]];
      cls[first + i] = c >= 0 ? c : classes.of(mask[i]);
    }
  }

  /** Products: first how many units each box has, a piece a box, then which product each unit is. */
  private drawUnits(model: ScenarioModel): void {
    const { unitsUpTo } = model;
    if (unitsUpTo.length === 0) return;
    const perBatch = BATCH * PIECES_PER_BLOCK;
    for (let first = 0; first < model.count; first += perBatch) {
      const boxes = Math.min(perBatch, model.count - first);
      const blocks = Math.ceil(boxes / PIECES_PER_BLOCK);
      const block = first / PIECES_PER_BLOCK;
      fillRandom(this.words, 0, this.key, block, blocks, HOW_MANY, PRODUCTS, model.scenario);
      const some = listFrom(unitsUpTo[0], this.pieces, boxes, this.withUnits);
      this.reserveUnits(some * (unitsUpTo.length - 1));
      this.units = appendUnits(unitsUpTo, this, first, some);
    }
    this.drawProducts(model);
  }

  /** Two pieces a unit: which product, and what settles an escape. Units that fit no factory are left out. */
  private drawProducts(model: ScenarioModel): void {
    const { units, unitBox, unitProduct, pieces } = this;
    const { first, second } = model.products;
    this.units = 0;
    for (let from = 0; from < units; from += BATCH * UNITS_PER_BLOCK) {
      const count = Math.min(BATCH * UNITS_PER_BLOCK, units - from);
      const blocks = Math.ceil(count / UNITS_PER_BLOCK);
      fillRandom(this.words, 0, this.key, from / UNITS_PER_BLOCK, blocks, WHICH, PRODUCTS, model.scenario);
      for (let i = 0; i < count; i++) {
        const drawn = first[pieces[2 * i] >>> FIRST_SHIFT];
        const product = drawn === ESCAPE ? second[pieces[2 * i + 1]] : drawn;
        const box = unitBox[from + i];
        if (!this.fits(box, product)) continue;
        unitBox[this.units] = box;
        unitProduct[this.units++] = product;
      }
    }
  }

  /** Whether a box with the product still has a factory (see `ScenarioModel.products`); notes which ones. */
  private fits(box: number, product: number): boolean {
    const before = this.classes.masks[this.cls[box]];
    const after = before & this.productMask[product];
    if (after === 0) return false;
    if (after !== before) this.cls[box] = this.classes.of(after);
    return true;
  }

  /** Room for that many units more. */
  private reserveUnits(more: number): void {
    if (this.unitBox.length >= this.units + more) return;
    const { unitBox } = this;
    this.unitBox = new Int32Array(2 * (this.units + more));
    this.unitBox.set(unitBox);
    this.unitProduct = new Uint16Array(this.unitBox.length);
  }
}

/** Counts what `count` pieces say; returns how many said nothing yet (the escape). */
function countPieces(table: Uint16Array, pieces: Uint16Array, count: number, into: Int32Array): number {
  let escapes = 0;
  for (let i = 0; i < count; i++) {
    const label = table[pieces[i] >>> FIRST_SHIFT];
    if (label === ESCAPE) escapes++;
    else into[label]++;
  }
  return escapes;
}

/** Lists the places of the pieces that are `least` or more; returns how many. */
function listFrom(least: number, pieces: Uint16Array, count: number, list: Uint16Array): number {
  let length = 0;
  for (let i = 0; i < count; i++) {
    list[length] = i;
    // The sign of the difference instead of a branch that could not be predicted.
    length += 1 + ((pieces[i] - least) >> 31);
  }
  return length;
}

/** Appends the units of the listed boxes, each box as often as it has units; returns how many there are now. */
function appendUnits(
  upTo: Uint32Array,
  { withUnits, pieces, unitBox, units }: ScenarioBoxes,
  first: number,
  some: number,
): number {
  let at = units;
  for (let i = 0; i < some; i++) {
    const place = withUnits[i];
    const piece = pieces[place];
    for (let n = 0; piece >= upTo[n]; n++) unitBox[at++] = first + place;
  }
  return at;
}
