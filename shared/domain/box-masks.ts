/** Which factories can make a box. */
import { allFactories } from './factory-mask.ts';
import type { Boxes, Week } from './model.ts';

/** What decides that. */
export type Carriers = Pick<Week, 'factories' | 'carriedBy' | 'products'>;

/** The factories that carry all recipes and products of a box, as bits; 0 where none does. */
export function boxMask({ factories, carriedBy, products }: Carriers, boxes: Boxes, box: number): number {
  let mask = allFactories(factories.length);
  for (let p = boxes.recipeStart[box]; p < boxes.recipeStart[box + 1]; p++) mask &= carriedBy[boxes.recipe[p]];
  // An input with errors may order products where none is listed: nobody holds those.
  for (let p = boxes.productStart[box]; p < boxes.productStart[box + 1]; p++)
    mask &= products[boxes.product[p]]?.factoryMask ?? 0;
  return mask;
}

/** [box], as {@link boxMask}. */
export function boxMasks(carriers: Carriers, boxes: Boxes): Int32Array {
  const masks = new Int32Array(boxes.count);
  for (let box = 0; box < boxes.count; box++) masks[box] = boxMask(carriers, boxes, box);
  return masks;
}
