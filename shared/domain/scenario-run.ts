/** One scenario after another, through drawing, allocation and counting, in the same working memory. */

import { boxMasks } from './add-ons';
import { preferredShares, type Preference } from './preference';
import { allocateDay, type DayAllocation } from './scenario-allocation';
import { MaskClasses, ScenarioBoxes } from './scenario-draw';
import { scenarioModel, type ScenarioBase } from './scenario-model';
import { Quotas } from './scenario-quota';
import type { ScenarioCounts } from './scenarios';

/** Simulates the scenarios of a shard and keeps their counts. */
export class ScenarioRun {
  readonly counts: ScenarioCounts;
  private readonly boxes: ScenarioBoxes;
  private readonly classes: MaskClasses;
  /** [label], label = cell of the mix × days + day. */
  private readonly recipesOf: Uint8Array;
  private readonly sizeOf: Uint8Array;
  private readonly dayOf: Uint8Array;
  /** [placed box], its class. */
  private readonly placedClass: Int32Array;
  /** [day] of [class] of shares, filled as classes appear. */
  private readonly shares: Float64Array[][];
  /** Counts of the scenario at hand, [cell]; signed, which V8 counts in without going through doubles. */
  private readonly recipe: Int32Array;
  private readonly product: Int32Array;

  /** @param scenarios columns of the counts */
  constructor(
    private readonly base: ScenarioBase,
    private readonly preference: Preference,
    scenarios: number,
  ) {
    const { week, mix } = base;
    const D = week.days.length;
    const labels = Array.from({ length: mix.share.length * D }, (_, label) => label);
    this.recipesOf = Uint8Array.from(labels, (label) => mix.recipesPerBox[Math.floor(label / D)]);
    this.sizeOf = Uint8Array.from(labels, (label) => mix.size[Math.floor(label / D)]);
    this.dayOf = Uint8Array.from(labels, (label) => label % D);
    this.classes = new MaskClasses(week.factories.length);
    this.boxes = new ScenarioBoxes(week, base.key, this.recipesOf, this.classes);
    this.placedClass = boxMasks(week, week.placed).map((mask) => this.classes.of(mask));
    this.shares = week.days.map(() => []);
    const places = D * week.factories.length;
    this.recipe = new Int32Array(places * week.recipes.length * week.portionSizes.length);
    this.product = new Int32Array(places * week.products.length);
    this.counts = {
      scenarios,
      recipe: new Uint32Array(this.recipe.length * scenarios),
      product: new Uint32Array(this.product.length * scenarios),
      boxes: new Uint32Array(places * scenarios),
      wanted: new Uint32Array(places * scenarios),
      unallocated: new Uint32Array(D * scenarios),
    };
  }

  /** Simulates one scenario (1, 2, 3 …) and writes its counts to column `column`. */
  add(column: number, scenario: number): void {
    const model = scenarioModel(this.base, scenario);
    if (model === undefined) this.boxes.clear();
    else this.boxes.draw(model);
    const quotas = this.allocate(column);
    this.recipe.fill(0);
    this.product.fill(0);
    this.countPlaced(quotas.placed);
    this.countDrawn(quotas.drawn);
    scatter(this.recipe, this.counts.recipe, column, this.counts.scenarios);
    scatter(this.product, this.counts.product, column, this.counts.scenarios);
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
    const C = this.classes.masks.length;
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
        masks: this.classes.masks,
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

  /** [class × F + factory], growing with the classes. */
  private sharesOf(day: number): Float64Array {
    const { week } = this.base;
    const F = week.factories.length;
    const known = this.shares[day];
    for (let c = known.length; c < this.classes.masks.length; c++)
      known.push(preferredShares(week, this.preference, day, this.classes.masks[c]));
    const rows = new Float64Array(known.length * F);
    known.forEach((row, c) => rows.set(row, c * F));
    return rows;
  }

  private countBoxes(day: number, column: number, result: DayAllocation): void {
    const { scenarios, boxes, wanted, unallocated } = this.counts;
    const F = this.base.week.factories.length;
    for (let f = 0; f < F; f++) {
      let load = 0;
      for (let i = f; i < result.boxes.length; i += F) load += result.boxes[i];
      boxes[(day * F + f) * scenarios + column] = load;
      wanted[(day * F + f) * scenarios + column] = result.wanted[f];
    }
    unallocated[day * scenarios + column] = result.unallocated.reduce((sum, count) => sum + count, 0);
  }

  /** [label × classes + class], drawn boxes. */
  private drawnByClass(): Int32Array {
    const { ofLabel, cls } = this.boxes;
    const C = this.classes.masks.length;
    const result = new Int32Array(ofLabel.length * C);
    let box = 0;
    ofLabel.forEach((boxes, label) => {
      for (const end = box + boxes; box < end; box++) result[label * C + cls[box]]++;
    });
    return result;
  }

  /** [day × classes + class], placed boxes. */
  private placedByClass(): Int32Array {
    const { placed, days } = this.base.week;
    const C = this.classes.masks.length;
    const result = new Int32Array(days.length * C);
    for (let box = 0; box < placed.count; box++) result[placed.day[box] * C + this.placedClass[box]]++;
    return result;
  }

  private countPlaced(quota: Quotas): void {
    const { placed, factories, recipes, portionSizes, products } = this.base.week;
    const F = factories.length;
    const S = portionSizes.length;
    const C = this.classes.masks.length;
    for (let box = 0; box < placed.count; box++) {
      const f = quota.take(placed.day[box] * C + this.placedClass[box]);
      if (f === F) continue;
      const place = placed.day[box] * F + f;
      const first = place * recipes.length * S + placed.size[box];
      for (let p = placed.recipeStart[box]; p < placed.recipeStart[box + 1]; p++)
        this.recipe[first + placed.recipe[p] * S]++;
      for (let p = placed.productStart[box]; p < placed.productStart[box + 1]; p++)
        this.product[place * products.length + placed.product[p]] += placed.units[p];
    }
  }

  private countDrawn(quota: Quotas): void {
    const { factories, recipes, portionSizes } = this.base.week;
    const { ofLabel, cls, factory, recipe } = this.boxes;
    const F = factories.length;
    const S = portionSizes.length;
    const perFactory = recipes.length * S;
    let box = 0;
    let at = 0;
    let unit = 0;
    for (let label = 0; label < ofLabel.length; label++) {
      const end = box + ofLabel[label];
      const k = this.recipesOf[label];
      const first = this.dayOf[label] * F * perFactory + this.sizeOf[label];
      giveFactories(quota, label * this.classes.masks.length, cls, box, end, factory);
      countSets(this.recipe, recipe, at, k, factory, box, end, {
        first,
        perFactory,
        perRecipe: S,
        noRoom: F,
      });
      at += (end - box) * k;
      box = end;
      unit = this.countUnits(this.dayOf[label], unit, box);
    }
  }

  /** Units of the boxes before `end`, all of one day; returns where the next day's begin. */
  private countUnits(day: number, first: number, end: number): number {
    const { units, unitBox, unitProduct, factory } = this.boxes;
    const F = this.base.week.factories.length;
    const P = this.base.week.products.length;
    let unit = first;
    for (; unit < units && unitBox[unit] < end; unit++) {
      const f = factory[unitBox[unit]];
      if (f < F) this.product[(day * F + f) * P + unitProduct[unit]]++;
    }
    return unit;
  }
}

/** The factory of each box of one label, by its class's quota. */
function giveFactories(
  quota: Quotas,
  firstRow: number,
  cls: Uint16Array,
  from: number,
  end: number,
  factory: Uint8Array,
): void {
  const { left, turn, places } = quota;
  for (let box = from; box < end; box++) {
    // `Quotas.take`, in place: a call a box would cost as much as the rest.
    const row = firstRow + cls[box];
    const place = turn[row];
    factory[box] = place - row * places;
    if (--left[place] === 0) quota.advance(row);
  }
}

/** Where the boxes of one label are counted: cell = first + factory × perFactory + recipe × perRecipe. */
interface Cells {
  readonly first: number;
  readonly perFactory: number;
  readonly perRecipe: number;
  /** The place that is no factory. */
  readonly noRoom: number;
}

/** Counts the recipes of one label's boxes, k a box from `at` on, by factory. */
function countSets(
  cells: Int32Array,
  recipe: Uint16Array,
  at: number,
  k: number,
  factory: Uint8Array,
  from: number,
  end: number,
  { first, perFactory, perRecipe, noRoom }: Cells,
): void {
  let p = at;
  // A loop for each common size, without a loop in it.
  if (k === 2)
    for (let box = from; box < end; box++, p += 2) {
      if (factory[box] === noRoom) continue;
      const cell = first + factory[box] * perFactory;
      cells[cell + recipe[p] * perRecipe]++;
      cells[cell + recipe[p + 1] * perRecipe]++;
    }
  else if (k === 3)
    for (let box = from; box < end; box++, p += 3) {
      if (factory[box] === noRoom) continue;
      const cell = first + factory[box] * perFactory;
      cells[cell + recipe[p] * perRecipe]++;
      cells[cell + recipe[p + 1] * perRecipe]++;
      cells[cell + recipe[p + 2] * perRecipe]++;
    }
  else
    for (let box = from; box < end; box++, p += k) {
      if (factory[box] === noRoom) continue;
      const cell = first + factory[box] * perFactory;
      for (let q = p; q < p + k; q++) cells[cell + recipe[q] * perRecipe]++;
    }
}

function scatter(cells: Int32Array, into: Uint32Array, column: number, scenarios: number): void {
  for (let cell = 0, at = column; cell < cells.length; cell++, at += scenarios) into[at] = cells[cell];
}
