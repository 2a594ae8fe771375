/** How many recipes a box holds: parallel arrays, `share` sums to 1; a k may occur more than once. */
export interface SizeDistribution {
  readonly k: ArrayLike<number>;
  readonly share: ArrayLike<number>;
}

/** The mean of k. */
export function meanSize(sizes: SizeDistribution): number {
  return inclusionLimit(sizes, Infinity);
}

/** What a box can hold of any m recipes at most, on average, as it holds each once: Σ_k P(k) min(k, m). */
export function inclusionLimit(sizes: SizeDistribution, m: number): number {
  let sum = 0;
  for (let c = 0; c < sizes.k.length; c++) sum += sizes.share[c] * Math.min(sizes.k[c], m);
  return sum;
}

/** The largest k that occurs. */
export function largestSize(sizes: SizeDistribution): number {
  let largest = 0;
  for (let c = 0; c < sizes.k.length; c++) if (sizes.share[c] > 0) largest = Math.max(largest, sizes.k[c]);
  return largest;
}
