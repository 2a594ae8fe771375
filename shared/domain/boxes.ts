/** What several parts of the forecast ask of boxes. */
import type { Boxes } from './model.ts';

/** Whether the box holds the recipe. */
export function holds({ recipe, recipeStart }: Boxes, box: number, wanted: number): boolean {
  return occurs(recipe, recipeStart[box], recipeStart[box + 1], wanted);
}

/** Whether the recipe of pick p of the box stands in the box before p already. */
export function isRepeat({ recipe, recipeStart }: Boxes, box: number, p: number): boolean {
  return occurs(recipe, recipeStart[box], p, recipe[p]);
}

function occurs(recipe: Uint16Array, from: number, to: number, wanted: number): boolean {
  for (let p = from; p < to; p++) if (recipe[p] === wanted) return true;
  return false;
}

/** The boxes of `a`, and behind them those of `b`. */
export function concatBoxes(a: Boxes, b: Boxes): Boxes {
  return {
    count: a.count + b.count,
    day: joined(Uint8Array, a.day, b.day),
    size: joined(Uint8Array, a.size, b.size),
    recipeStart: joinedStarts(a.recipeStart, b.recipeStart),
    recipe: joined(Uint16Array, a.recipe, b.recipe),
    productStart: joinedStarts(a.productStart, b.productStart),
    product: joined(Uint16Array, a.product, b.product),
    units: joined(Uint8Array, a.units, b.units),
  };
}

function joined<T extends Uint8Array | Uint16Array>(type: new (length: number) => T, a: T, b: T): T {
  const all = new type(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

function joinedStarts(a: Uint32Array, b: Uint32Array): Uint32Array {
  const all = new Uint32Array(a.length + b.length - 1);
  all.set(a);
  for (let i = 1; i < b.length; i++) all[a.length + i - 1] = b[i] + a[a.length - 1];
  return all;
}
