/** Explodes boxes to counts of what is in them, and these to packs by the bills of materials: exact. */
import { isRepeat } from '../boxes.ts';
import type { Boxes, Week } from '../model.ts';

/** Boxes in factories, counted. F factories, R recipes, P portion sizes. */
export interface BoxCounts {
  /** [((day × F + factory) × R + recipe) × P + size] boxes that hold the recipe. */
  readonly boxesByCell: Int32Array;
  /** The same cells; a recipe that a box holds twice counts twice. */
  readonly picksByCell: Int32Array;
  /** [(day × F + factory) × products + product] units. */
  readonly productUnits: Int32Array;
  /** [day × F + factory] boxes. */
  readonly boxesPerFactoryDay: Int32Array;
  /** [day] boxes in no factory. */
  readonly unallocatedPerDay: Int32Array;
}

/** @param factory [box] factory index; one that is no index of the week's factories means unallocated */
export function countBoxes(week: Week, boxes: Boxes, factory: Uint8Array): BoxCounts {
  const [F, R, P] = [week.factories.length, week.recipes.length, week.portionSizes.length];
  const sites = week.days.length * F;
  const counts = {
    boxesByCell: new Int32Array(sites * R * P),
    picksByCell: new Int32Array(sites * R * P),
    productUnits: new Int32Array(sites * week.products.length),
    boxesPerFactoryDay: new Int32Array(sites),
    unallocatedPerDay: new Int32Array(week.days.length),
  };
  for (let b = 0; b < boxes.count; b++) {
    const f = factory[b];
    if (f >= F) {
      counts.unallocatedPerDay[boxes.day[b]]++;
      continue;
    }
    const site = boxes.day[b] * F + f;
    counts.boxesPerFactoryDay[site]++;
    countRecipes(boxes, b, site * R, P, counts);
    for (let at = boxes.productStart[b]; at < boxes.productStart[b + 1]; at++) {
      counts.productUnits[site * week.products.length + boxes.product[at]] += boxes.units[at];
    }
  }
  return counts;
}

function countRecipes(boxes: Boxes, b: number, base: number, P: number, counts: BoxCounts): void {
  const from = boxes.recipeStart[b];
  for (let at = from; at < boxes.recipeStart[b + 1]; at++) {
    const recipe = boxes.recipe[at];
    const cell = (base + recipe) * P + boxes.size[b];
    counts.picksByCell[cell]++;
    if (!isRepeat(boxes, b, at)) counts.boxesByCell[cell]++;
  }
}

/** Packs by [(day × F + factory) × skus + sku], from picks by cell and the bills of materials. */
export function explodeToSkus(week: Week, picksByCell: Int32Array): Int32Array {
  const rows = week.recipes.length * week.portionSizes.length;
  const { start, sku, packs } = week.billOfMaterials;
  const total = new Int32Array(week.days.length * week.factories.length * week.skus.length);
  for (let site = 0; site < week.days.length * week.factories.length; site++) {
    const target = site * week.skus.length;
    for (let row = 0; row < rows; row++) {
      const picks = picksByCell[site * rows + row];
      if (picks === 0) continue;
      for (let at = start[row]; at < start[row + 1]; at++) total[target + sku[at]] += picks * packs[at];
    }
  }
  return total;
}
