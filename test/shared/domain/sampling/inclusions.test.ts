import { expectedInclusions } from '../../../../shared/domain/sampling/inclusions.ts';
import { zipf } from '../weeks.ts';
import { byEnumeration, largestError, sizes, targetsOf } from './small-cases.ts';

test('expected inclusions are those of all sets gone through', () => {
  const weights = Float64Array.of(0.4, 0.25, 0.15, 0.1, 0.06, 0.04);
  expect(largestError(expectedInclusions(weights, sizes), byEnumeration(weights, sizes))).toBeLessThan(1e-14);
});

test('sets that no factory carries whole are accounted for', () => {
  const weights = Float64Array.of(0.3, 0.2, 0.15, 0.12, 0.1, 0.08, 0.05);
  const carriedBy = Uint32Array.of(1, 3, 7, 7, 6, 6, 5);
  const distribution = { k: [2, 3], share: [0.5, 0.5] };
  const allowed = (set: readonly number[]) => set.reduce((mask, i) => mask & carriedBy[i], 7) !== 0;
  const enumerated = byEnumeration(weights, distribution, allowed);
  expect(largestError(expectedInclusions(weights, distribution, carriedBy), enumerated)).toBeLessThan(1e-14);
});

test('shares used as weights leave the top recipe about a fifth short', () => {
  const targets = targetsOf(zipf(100, 0.8));
  const inclusion = expectedInclusions(targets, sizes);
  expect(inclusion[0] / targets[0]).toBeCloseTo(0.8, 1);
});
