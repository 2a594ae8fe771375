import type { Week } from '../model.ts';
import type { Mix } from './constraints.ts';

/** What placed orders hold. */
export interface PlacedTotals {
  readonly boxes: number;
  /** Every recipe in every box, one twice in a box counted twice. */
  readonly picks: number;
  /** [recipe] */
  readonly recipe: Float64Array;
  /** [cell of the mix]; a placed box of a size outside the mix is in none. */
  readonly cell: Float64Array;
  /** [day] */
  readonly day: Float64Array;
  /** [product], units */
  readonly product: Float64Array;
}

/** Counts the placed orders of a week by recipe, cell of the mix, day and product. */
export function placedTotals(week: Week, mix: Mix): PlacedTotals {
  const { placed } = week;
  const { day, size, recipeStart, recipe, productStart, product, units } = placed;
  const totals = {
    boxes: placed.count,
    picks: placed.recipeStart[placed.count] - placed.recipeStart[0],
    recipe: new Float64Array(week.recipes.length),
    cell: new Float64Array(mix.share.length),
    day: new Float64Array(week.days.length),
    product: new Float64Array(week.products.length),
  };
  const sizes = week.portionSizes.length;
  // [recipes × sizes + size] cell + 1; 0 for what is not in the mix, as are boxes of more recipes.
  const cellOf = new Uint16Array(256 * sizes);
  for (let c = 0; c < mix.share.length; c++) cellOf[mix.k[c] * sizes + mix.size[c]] = c + 1;
  for (let box = 0; box < placed.count; box++) {
    const cell = cellOf[(recipeStart[box + 1] - recipeStart[box]) * sizes + size[box]];
    if (cell > 0) totals.cell[cell - 1]++;
    totals.day[day[box]]++;
  }
  for (let p = recipeStart[0]; p < recipeStart[placed.count]; p++) totals.recipe[recipe[p]]++;
  for (let l = productStart[0]; l < productStart[placed.count]; l++) totals.product[product[l]] += units[l];
  return totals;
}
