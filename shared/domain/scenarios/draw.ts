/** Draws the boxes of one scenario: their sizes and days, recipes, eligibility and products. */

import type { Week } from '../model.ts';
import { drawSets, maxSets } from '../sampling/draw-sets.ts';
import {
  classify,
  countLabels,
  drawUnits,
  enterProducts,
  takeClassCounts,
  type DrawSource,
  type Units,
} from '../sampling/kernel/kernel.ts';
import type { RandomKey } from '../sampling/random.ts';
import type { Labels } from './labels.ts';
import type { ScenarioModel } from './model.ts';

/**
 * The boxes of one scenario, in runs of one label: how many get each label is drawn, their order means nothing. Memory
 * grows to the largest scenario and is used again for every one.
 *
 * Boxes that the same factories can make are of one class. The classes are the kernel's; whoever draws a scenario has
 * them started (`startClasses`) first.
 */
export class ScenarioBoxes {
  /** [label], boxes. */
  readonly ofLabel: Int32Array;
  /** [label] of [class], boxes; classes that came up later are not in it. */
  readonly ofClass: Int32Array[];
  /** [box], class of its eligibility mask. */
  cls = new Uint16Array(0);
  /** Sets of all boxes, one after another. */
  recipe = new Uint16Array(0);
  /** Units of products: box and product of each, boxes ascending. */
  units = 0;
  unitBox = new Int32Array(1024);
  unitProduct = new Uint16Array(1024);
  /** [product], factories that hold it, as bits. */
  private readonly productMasks: readonly number[];

  constructor(
    week: Week,
    private readonly key: RandomKey,
    private readonly labels: Labels,
  ) {
    this.productMasks = week.products.map(({ factoryMask }) => factoryMask);
    this.ofLabel = new Int32Array(labels.k.length);
    this.ofClass = Array.from(labels.k, () => new Int32Array(0));
  }

  /** A scenario without simulated boxes. */
  clear(): void {
    this.ofLabel.fill(0);
    this.ofClass.fill(new Int32Array(0));
    this.units = 0;
  }

  draw(model: ScenarioModel): void {
    this.clear();
    const source = { key: this.key, scenario: model.scenario };
    countLabels(model.labels, source, model.count, this.ofLabel);
    this.reserve(model.count);
    enterProducts(model.products, model.unitsUpTo, this.productMasks);
    let box = 0;
    let at = 0;
    let unit = 0;
    for (let label = 0; label < this.ofLabel.length; label++) {
      const k = this.labels.k[label];
      for (const end = box + this.ofLabel[label]; box < end;) {
        const size = Math.min(maxSets(k), end - box);
        unit += this.drawBatch(model, source, box, size, k, at, unit);
        box += size;
        at += size * k;
      }
      this.ofClass[label] = takeClassCounts();
    }
  }

  private reserve(count: number): void {
    let picks = 0;
    this.ofLabel.forEach((boxes, label) => (picks += boxes * this.labels.k[label]));
    if (this.cls.length < count) this.cls = new Uint16Array(Math.ceil(count * 1.1));
    if (this.recipe.length < picks) this.recipe = new Uint16Array(Math.ceil(picks * 1.1));
  }

  /**
   * Boxes of one label.
   *
   * @param at where their sets go
   * @param unit index of their first unit
   * @returns how many units were drawn
   */
  private drawBatch(
    { drawer, unitsUpTo }: ScenarioModel,
    source: DrawSource,
    box: number,
    size: number,
    k: number,
    at: number,
    unit: number,
  ): number {
    this.recipe.set(drawSets(drawer, source, box, size, k).recipe, at);
    const drawn = unitsUpTo.length > 0 ? this.keepUnits(box, drawUnits(source, box, size, unit)) : 0;
    this.cls.set(classify(size), box);
    return drawn;
  }

  /** Appends units; returns how many were drawn for that. */
  private keepUnits(firstBox: number, { box, product, drawn }: Units): number {
    this.reserveUnits(box.length);
    for (let i = 0, at = this.units; i < box.length; i++, at++) this.unitBox[at] = firstBox + box[i];
    this.unitProduct.set(product, this.units);
    this.units += box.length;
    return drawn;
  }

  /** Room for that many units more. */
  private reserveUnits(more: number): void {
    if (this.unitBox.length >= this.units + more) return;
    const { unitBox, unitProduct } = this;
    this.unitBox = new Int32Array(2 * (this.units + more));
    this.unitBox.set(unitBox);
    this.unitProduct = new Uint16Array(this.unitBox.length);
    this.unitProduct.set(unitProduct);
  }
}
