/** One scenario after another, through drawing, allocation and counting, in the same working memory. */

import { boxMasks } from '../box-masks.ts';
import { isRepeat } from '../boxes.ts';
import { InputError } from '../errors.ts';
import type { Boxes } from '../model.ts';
import { goldenRatioOrder } from '../orders/golden-ratio-order.ts';
import { maxSets } from '../sampling/draw-sets.ts';
import {
  classMasks,
  enterCounts,
  enterQuotas,
  fillRandom,
  giveAndCount,
  MAX_CLASSES,
  startClasses,
  takeCounts,
} from '../sampling/kernel/kernel.ts';
import { Stream } from '../sampling/random.ts';
import { allocateDay, type DayAllocation } from './allocate-day.ts';
import type { ScenarioCounts } from './counts.ts';
import { ScenarioBoxes } from './draw.ts';
import { scenarioModel, type ScenarioBase } from './model.ts';
import { PreferredShares, type Preference } from './preference.ts';
import { Quotas } from './quota.ts';

/** Simulates the scenarios of a shard and keeps their counts. */
export class ScenarioRun {
  readonly counts: ScenarioCounts;
  private readonly boxes: ScenarioBoxes;
  /** The masks of placed boxes, and [placed box] its index in them. They are the first classes of every scenario. */
  private readonly placedMasks: readonly number[];
  private readonly placedClass: Int32Array;
  /** [class], factories as bits, of the scenario at hand. */
  private masks: Int32Array = new Int32Array(0);
  private readonly shares: PreferredShares;
  /** Counts of the scenario at hand, [cell]; signed, which V8 counts in without going through doubles. */
  private readonly recipe: Int32Array;
  private readonly product: Int32Array;
  /** As `recipe`, the picks of placed boxes that hold the recipe already; empty where none does. */
  private readonly repeats: Int32Array;
  /** The unit of a drawn box that is counted next. */
  private unit = 0;

  /** @param scenarios columns of the counts */
  constructor(
    private readonly base: ScenarioBase,
    private readonly preference: Preference,
    scenarios: number,
  ) {
    const { week } = base;
    const D = week.days.length;
    this.boxes = new ScenarioBoxes(week, base.key, base.labels);
    const placed = boxMasks(week, week.placed);
    this.placedMasks = [...new Set(placed)];
    const indices = new Map(this.placedMasks.map((mask, index) => [mask, index]));
    this.placedClass = placed.map((mask) => indices.get(mask) ?? 0);
    this.shares = new PreferredShares(week, preference);
    const places = D * week.factories.length;
    this.recipe = new Int32Array(places * week.recipes.length * week.portionSizes.length);
    this.product = new Int32Array(places * week.products.length);
    this.repeats = new Int32Array(holdsRepeats(week.placed) ? this.recipe.length : 0);
    this.counts = {
      scenarios,
      recipe: new Uint32Array(this.recipe.length * scenarios),
      repeats: new Uint32Array(this.repeats.length * scenarios),
      product: new Uint32Array(this.product.length * scenarios),
      boxes: new Uint32Array(places * scenarios),
      unconstrained: new Uint32Array(places * scenarios),
      unallocated: new Uint32Array(D * scenarios),
    };
  }

  /**
   * Simulates one scenario (1, 2, 3 …) and writes its counts to column `column`.
   *
   * @throws InputError as `planOrders`, and where boxes can go to too many different sets of factories
   */
  add(column: number, scenario: number): void {
    const model = scenarioModel(this.base, scenario);
    startClasses(this.placedMasks);
    if (model === undefined) this.boxes.clear();
    else this.boxes.draw(model);
    this.masks = classMasks();
    if (this.masks.length === MAX_CLASSES)
      throw new InputError(
        `the boxes of ${this.base.week.menuWeek} can go to ${this.masks.length} different sets of factories or more; ` +
          `expected fewer: menus that have more recipes in common`,
      );
    const quotas = this.allocate(column);
    this.recipe.fill(0);
    this.product.fill(0);
    this.repeats.fill(0);
    this.countPlaced(quotas.placed, scenario);
    this.countDrawn(quotas.drawn);
    scatter(this.recipe, this.counts.recipe, column, this.counts.scenarios);
    scatter(this.product, this.counts.product, column, this.counts.scenarios);
    scatter(this.repeats, this.counts.repeats, column, this.counts.scenarios);
  }

  /**
   * Routes the scenario's boxes, and deals each day's result out to the placed boxes and the labels.
   *
   * @returns quotas with a row for day × classes + class of the placed and label × classes + class of the
   *   drawn boxes; place `factories` stands for no room
   */
  private allocate(column: number): { placed: Quotas; drawn: Quotas } {
    const { week } = this.base;
    const D = week.days.length;
    const F = week.factories.length;
    const C = this.masks.length;
    const ofPlaced = this.placedByClass();
    const ofLabel = this.drawnByClass();
    const placed = new Quotas(ofPlaced, F + 1);
    const drawn = new Quotas(ofLabel, F + 1);
    for (let day = 0; day < D; day++) {
      const boxes = new Float64Array(C);
      for (let c = 0; c < C; c++) {
        boxes[c] = ofPlaced[day * C + c];
        for (let row = day * C + c; row < ofLabel.length; row += D * C) boxes[c] += ofLabel[row];
      }
      const result = allocateDay({
        masks: this.masks,
        boxes,
        share: this.sharesOf(day),
        cap: week.caps.subarray(day * F, (day + 1) * F),
        filled: this.preference.filled.subarray(day * F, (day + 1) * F),
        catchAll: week.catchAll,
      });
      for (let c = 0; c < C; c++) {
        const left = Int32Array.of(...result.boxes.subarray(c * F, (c + 1) * F), result.unallocated[c]);
        placed.deal(left, day * C + c, D * C);
        drawn.deal(left, day * C + c, D * C);
      }
      this.countBoxes(day, column, result);
    }
    return { placed, drawn };
  }

  /** [class × F + factory] */
  private sharesOf(day: number): Float64Array {
    const F = this.base.week.factories.length;
    const rows = new Float64Array(this.masks.length * F);
    this.masks.forEach((mask, c) => {
      rows.set(this.shares.of(day, mask), c * F);
    });
    return rows;
  }

  private countBoxes(day: number, column: number, result: DayAllocation): void {
    const { scenarios, boxes, unconstrained, unallocated } = this.counts;
    const F = this.base.week.factories.length;
    for (let f = 0; f < F; f++) {
      let load = 0;
      for (let i = f; i < result.boxes.length; i += F) load += result.boxes[i];
      boxes[(day * F + f) * scenarios + column] = load;
      unconstrained[(day * F + f) * scenarios + column] = result.unconstrained[f];
    }
    unallocated[day * scenarios + column] = result.unallocated.reduce((sum, count) => sum + count, 0);
  }

  /** [label × classes + class], drawn boxes. */
  private drawnByClass(): Int32Array {
    const { ofClass } = this.boxes;
    const C = this.masks.length;
    const result = new Int32Array(ofClass.length * C);
    ofClass.forEach((boxes, label) => {
      result.set(boxes, label * C);
    });
    return result;
  }

  /** [day × classes + class], placed boxes. */
  private placedByClass(): Int32Array {
    const { placed, days } = this.base.week;
    const C = this.masks.length;
    const result = new Int32Array(days.length * C);
    for (let box = 0; box < placed.count; box++) result[placed.day[box] * C + this.placedClass[box]]++;
    return result;
  }

  /**
   * Gives every placed box to a factory by its class's quota, and counts what is in it there. The order of the boxes
   * begins at a place drawn for the scenario: what a factory gets does not depend on how the file is sorted.
   */
  private countPlaced(quota: Quotas, scenario: number): void {
    const { placed } = this.base.week;
    const { size, stride } = goldenRatioOrder(placed.count);
    const words = new Uint32Array(4);
    fillRandom(words, 0, this.base.key, 0, 1, 0, Stream.placed, scenario);
    let box = words[0] & (size - 1);
    for (let turn = 0; turn < size; turn++, box = (box + stride) & (size - 1))
      if (box < placed.count) this.placeBox(box, quota);
  }

  private placeBox(box: number, quota: Quotas): void {
    const { placed, factories, recipes, portionSizes, products } = this.base.week;
    const F = factories.length;
    const S = portionSizes.length;
    const f = quota.take(placed.day[box] * this.masks.length + this.placedClass[box]);
    if (f === F) return;
    const place = placed.day[box] * F + f;
    const first = place * recipes.length * S + placed.size[box];
    for (let p = placed.recipeStart[box]; p < placed.recipeStart[box + 1]; p++) {
      this.recipe[first + placed.recipe[p] * S]++;
      if (this.repeats.length > 0 && isRepeat(placed, box, p)) this.repeats[first + placed.recipe[p] * S]++;
    }
    for (let p = placed.productStart[box]; p < placed.productStart[box + 1]; p++)
      this.product[place * products.length + placed.product[p]] += placed.units[p];
  }

  /** Gives every drawn box to a factory by its class's quota, and counts what is in it there. */
  private countDrawn(quota: Quotas): void {
    const { labels, week } = this.base;
    const { ofLabel, recipe, cls } = this.boxes;
    const C = this.masks.length;
    const F = week.factories.length;
    const S = week.portionSizes.length;
    const perFactory = week.recipes.length * S;
    enterCounts(this.recipe);
    let box = 0;
    let at = 0;
    this.unit = 0;
    for (let label = 0; label < ofLabel.length; label++) {
      const k = labels.k[label];
      const day = labels.day[label];
      const first = day * F * perFactory + labels.size[label];
      const cells = { first, perFactory, perRecipe: S, factories: F };
      const rows = [label * C, (label + 1) * C];
      enterQuotas(
        quota.left.subarray(rows[0] * quota.places, rows[1] * quota.places),
        quota.turn.subarray(rows[0], rows[1]),
      );
      for (const end = box + ofLabel[label]; box < end;) {
        const size = Math.min(maxSets(k), end - box);
        const sets = recipe.subarray(at, at + size * k);
        this.countUnits(day, box, giveAndCount(sets, cls.subarray(box, box + size), k, cells));
        box += size;
        at += size * k;
      }
    }
    takeCounts(this.recipe);
  }

  /**
   * Counts the units of the next boxes, all of one day.
   *
   * @param factory [box, from `first` on]
   */
  private countUnits(day: number, first: number, factory: Uint8Array): void {
    const { units, unitBox, unitProduct } = this.boxes;
    const F = this.base.week.factories.length;
    const P = this.base.week.products.length;
    for (; this.unit < units && unitBox[this.unit] < first + factory.length; this.unit++) {
      const f = factory[unitBox[this.unit] - first];
      if (f < F) this.product[(day * F + f) * P + unitProduct[this.unit]]++;
    }
  }
}

function holdsRepeats(boxes: Boxes): boolean {
  for (let box = 0; box < boxes.count; box++)
    for (let p = boxes.recipeStart[box]; p < boxes.recipeStart[box + 1]; p++) if (isRepeat(boxes, box, p)) return true;
  return false;
}

function scatter(cells: Int32Array, into: Uint32Array, column: number, scenarios: number): void {
  for (let cell = 0, at = column; cell < cells.length; cell++, at += scenarios) into[at] = cells[cell];
}
