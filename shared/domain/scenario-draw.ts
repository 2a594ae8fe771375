/** Draws the boxes of one scenario: their sizes and days, recipes, eligibility and products. */

import { drawSets, PIECES_PER_BLOCK } from './draw-sets';
import type { Week } from './model';
import { ESCAPE as TABLE_ESCAPE, FIRST_SHIFT as TABLE_SHIFT } from './pick-table';
import { fillRandom, Stream, toUnit, type RandomKey } from './random';
import type { ScenarioModel } from './scenario-model';

// Compiled to CommonJS, an import is a getter: in a hot loop it costs as much as the draw itself.
const ESCAPE = TABLE_ESCAPE;
const FIRST_SHIFT = TABLE_SHIFT;

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
  private readonly words = new Uint32Array(4 * BATCH);
  private readonly pieces = new Uint16Array(this.words.buffer);
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
        drawSets(model.drawer, source, box, size, k, this.recipe, at, this.mask);
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
      fillRandom(this.words, 0, this.key, first / PIECES_PER_BLOCK, blocks, 0, Stream.boxes, model.scenario);
      const escapes = countPieces(model.labels.first, this.pieces, boxes, this.ofLabel);
      for (let escape = 0; escape < escapes; escape++) this.settleLabel(model, first + escape);
    }
  }

  private settleLabel(model: ScenarioModel, index: number): void {
    fillRandom(this.spareWords, 0, this.key, index, 1, 1, Stream.boxes, model.scenario);
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

  /**
   * Products, box by box that has some: the gap to the next one is geometric, so the others cost nothing.
   * A block an event: a word for the gap, a piece for how many, and two pieces each for the first two.
   */
  private drawUnits(model: ScenarioModel): void {
    if (model.someUnits === 0) return;
    const perGap = 1 / Math.log1p(-model.someUnits);
    let box = -1;
    for (let event = 0; ; event++) {
      const at = event % BATCH;
      if (at === 0) fillRandom(this.words, 0, this.key, event, BATCH, 0, Stream.products, model.scenario);
      box += 1 + Math.floor(Math.log(toUnit(this.words[4 * at])) * perGap);
      if (box >= model.count) return;
      this.drawUnitsOf(model, box, event, at * PIECES_PER_BLOCK);
    }
  }

  private drawUnitsOf(model: ScenarioModel, box: number, event: number, piece: number): void {
    const { pieces, sparePieces } = this;
    const howMany = pieces[piece + 2];
    for (let unit = 0; unit === 0 || howMany >= model.unitsUpTo[unit]; unit++) {
      if (unit < 2) {
        this.addUnit(model, box, pieces[piece + 4 + 2 * unit], pieces[piece + 5 + 2 * unit]);
        continue;
      }
      fillRandom(this.spareWords, 0, this.key, event, 1, unit, Stream.products, model.scenario);
      this.addUnit(model, box, sparePieces[0], sparePieces[1]);
    }
  }

  /** A unit that leaves the box with no factory is left out; see `ScenarioModel.products`. */
  private addUnit(model: ScenarioModel, box: number, a: number, b: number): void {
    const drawn = model.products.first[a >>> FIRST_SHIFT];
    const product = drawn === ESCAPE ? model.products.second[b] : drawn;
    const before = this.classes.masks[this.cls[box]];
    const after = before & this.productMask[product];
    if (after === 0) return;
    if (after !== before) this.cls[box] = this.classes.of(after);
    if (this.units === this.unitBox.length) this.growUnits();
    this.unitBox[this.units] = box;
    this.unitProduct[this.units] = product;
    this.units++;
  }

  private growUnits(): void {
    const { unitBox, unitProduct } = this;
    this.unitBox = new Int32Array(2 * unitBox.length);
    this.unitProduct = new Uint16Array(2 * unitProduct.length);
    this.unitBox.set(unitBox);
    this.unitProduct.set(unitProduct);
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
