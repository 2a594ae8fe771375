/** Draws the boxes of one scenario: their sizes and days, recipes, eligibility and products. */

import { drawSets, mostSets } from '../sampling/draw-sets.ts';
import { kernel, views } from '../sampling/kernel/kernel.ts';
import type { Week } from '../model.ts';
import { useKey, type RandomKey } from '../sampling/random.ts';
import type { ScenarioModel } from './model.ts';

/**
 * The boxes of one scenario, in runs of one label (cell of the mix × days + day): how many get each label is
 * drawn, their order means nothing. Memory grows to the largest scenario and is used again for every one.
 *
 * Boxes that the same factories can make are of one class. The classes are the kernel's (`classOf`); whoever draws a
 * scenario has them cleared first.
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

  /** @param recipesOf [label], recipes of a box */
  constructor(
    private readonly week: Week,
    private readonly key: RandomKey,
    private readonly recipesOf: Uint8Array,
  ) {
    this.ofLabel = new Int32Array(recipesOf.length);
    this.ofClass = Array.from(recipesOf, () => new Int32Array(0));
  }

  /** A scenario without simulated boxes. */
  clear(): void {
    this.ofLabel.fill(0);
    this.ofClass.fill(new Int32Array(0));
    this.units = 0;
  }

  draw(model: ScenarioModel): void {
    this.clear();
    useKey(this.key);
    this.countLabels(model);
    this.reserve(model.count);
    this.enterProducts(model);
    let box = 0;
    let at = 0;
    let unit = 0;
    for (let label = 0; label < this.ofLabel.length; label++) {
      const k = this.recipesOf[label];
      const { classCount } = views();
      classCount.fill(0, 0, kernel.classCount());
      for (const end = box + this.ofLabel[label]; box < end;) {
        const size = Math.min(mostSets(k), end - box);
        unit = this.drawBatch(model, box, size, k, at, unit);
        box += size;
        at += size * k;
      }
      this.ofClass[label] = classCount.slice(0, kernel.classCount());
    }
  }

  private countLabels({ labels, count, scenario }: ScenarioModel): void {
    const { labelFirst, labelSecond, counts } = views(this.ofLabel.length);
    labelFirst.set(labels.first);
    labelSecond.set(labels.second);
    counts.fill(0, 0, this.ofLabel.length);
    kernel.countLabels(count, scenario);
    this.ofLabel.set(counts.subarray(0, this.ofLabel.length));
  }

  private reserve(count: number): void {
    let picks = 0;
    this.ofLabel.forEach((boxes, label) => (picks += boxes * this.recipesOf[label]));
    if (this.cls.length < count) this.cls = new Uint16Array(Math.ceil(count * 1.1));
    if (this.recipe.length < picks) this.recipe = new Uint16Array(Math.ceil(picks * 1.1));
  }

  private enterProducts({ products, unitsUpTo }: ScenarioModel): void {
    const memory = views();
    memory.productFirst.set(products.first);
    memory.productSecond.set(products.second);
    memory.unitsUpTo.set(unitsUpTo);
    this.week.products.forEach(({ factoryMask }, p) => (memory.productMask[p] = factoryMask));
  }

  /**
   * Boxes of one label.
   *
   * @param at where their sets go
   * @param unit index of their first unit
   * @returns that of the next
   */
  private drawBatch(
    model: ScenarioModel,
    box: number,
    size: number,
    k: number,
    at: number,
    unit: number,
  ): number {
    const { scenario, drawer, unitsUpTo } = model;
    const { recipe } = drawSets(drawer, { key: this.key, scenario }, box, size, k);
    this.recipe.set(recipe.subarray(0, size * k), at);
    let drawn = 0;
    if (unitsUpTo.length > 0) {
      this.keepUnits(box, kernel.drawUnits(box, size, unit, scenario));
      drawn = kernel.unitsDrawn.value;
    }
    kernel.classify(size);
    this.cls.set(views().class.subarray(0, size), box);
    return unit + drawn;
  }

  /** Appends the units that the kernel has drawn. */
  private keepUnits(firstBox: number, count: number): void {
    this.reserveUnits(count);
    const { unitBox, unitProduct } = views();
    for (let i = 0, at = this.units; i < count; i++, at++) this.unitBox[at] = firstBox + unitBox[i];
    this.unitProduct.set(unitProduct.subarray(0, count), this.units);
    this.units += count;
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
