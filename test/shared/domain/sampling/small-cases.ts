/** What the tests of sampling draw from. */
import type { Recipe, RecipeId } from '../../../../shared/domain/model.ts';

export const recipesOf = (count: number): Recipe[] =>
  Array.from({ length: count }, (_, i) => ({ id: `R${i}` as RecipeId, name: `Recipe ${i}` }));
export const sizes = { k: [2, 3, 4, 5], share: [0.25, 0.4, 0.25, 0.1] };
export const mean = 3.2;

export function targetsOf(weights: readonly number[], perBox = mean): Float64Array {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return Float64Array.from(weights, (weight) => (weight / sum) * perBox);
}

export function largestError(a: Float64Array, b: Float64Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);
}

/** Expected inclusions by going through every set: the definition, for small cases. */
export function byEnumeration(
  weights: Float64Array,
  distribution: typeof sizes,
  allowed: (set: readonly number[]) => boolean = () => true,
): Float64Array {
  const result = new Float64Array(weights.length);
  distribution.k.forEach((k, c) => {
    const sets: number[][] = [];
    for (let bits = 0; bits < 2 ** weights.length; bits++) {
      const set = [...weights.keys()].filter((i) => (bits >> i) & 1);
      if (set.length === k && allowed(set)) sets.push(set);
    }
    const products = sets.map((set) => set.reduce((product, i) => product * weights[i], 1));
    const total = products.reduce((sum, product) => sum + product, 0);
    sets.forEach((set, s) => set.forEach((i) => (result[i] += (distribution.share[c] * products[s]) / total)));
  });
  return result;
}
