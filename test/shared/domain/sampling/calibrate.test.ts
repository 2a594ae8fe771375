import { InputError } from '../../../../shared/domain/errors.ts';
import { calibrate } from '../../../../shared/domain/sampling/calibrate.ts';
import { expectedInclusions } from '../../../../shared/domain/sampling/inclusions.ts';
import { zipf } from '../weeks.ts';
import { byEnumeration, largestError, recipesOf, sizes, targetsOf } from './small-cases.ts';

test.each([
  ['100 recipes, Zipf 0.8', 100, 0.8],
  ['200 recipes, Zipf 1.2', 200, 1.2],
  ['7 recipes, Zipf 0.5', 7, 0.5],
])('weights meet their targets to 1e-12: %s', (_, count, exponent) => {
  const targets = targetsOf(zipf(count, exponent));
  const { weights, error } = calibrate(targets, sizes, recipesOf(count));
  expect(error).toBeLessThan(1e-12);
  expect(largestError(expectedInclusions(weights, sizes), targets)).toBeLessThan(1e-12);
});

test('weights meet their targets with boxes of up to 8 of 200 recipes', () => {
  const distribution = { k: [1, 5, 8], share: [0.2, 0.3, 0.5] };
  const targets = targetsOf(zipf(200, 0.7), 5.7);
  const { weights } = calibrate(targets, distribution, recipesOf(200));
  expect(largestError(expectedInclusions(weights, distribution), targets)).toBeLessThan(1e-12);
});

test('a target of 0 is never drawn', () => {
  const targets = targetsOf([5, 4, 0, 3, 3, 2, 2, 2, 0, 1, 1, 1]);
  const { weights } = calibrate(targets, sizes, recipesOf(12));
  expect([weights[2], weights[8]]).toEqual([0, 0]);
  expect(largestError(expectedInclusions(weights, sizes), targets)).toBeLessThan(1e-12);
});

test('a target of 1 or more is refused with the recipe and the number', () => {
  const targets = targetsOf([40, ...Array.from({ length: 20 }, () => 3)]);
  expect(() => calibrate(targets, sizes, recipesOf(21))).toThrow(InputError);
  expect(() => calibrate(targets, sizes, recipesOf(21))).toThrow(/R0 \(Recipe 0\): expected 1\.280 times/);
});

test('two recipes that each fit but not together are refused', () => {
  const distribution = { k: [1, 2], share: [0.5, 0.5] };
  const targets = Float64Array.of(0.74, 0.74, 0.01, 0.01);
  expect(() => calibrate(targets, distribution, recipesOf(4))).not.toThrow();
  const tooMuch = Float64Array.of(0.75, 0.75, 0, 0);
  expect(() => calibrate(tooMuch, distribution, recipesOf(4))).not.toThrow();
  expect(() => calibrate(Float64Array.of(0.99, 0.5, 0.01, 0), { k: [1], share: [1] }, recipesOf(4))).not.toThrow();
  const together = Float64Array.of(0.98, 0.98, 0.02, 0.02);
  const oneOrThree = { k: [1, 3], share: [0.5, 0.5] };
  expect(() => calibrate(together, oneOrThree, recipesOf(4))).toThrow(/R0 .*R1 .*expected 1\.960 times/);
});

test('fewer recipes than a box holds are refused', () => {
  expect(() => calibrate(targetsOf([1, 1, 1, 1]), sizes, recipesOf(4))).toThrow(/boxes of 5 .* only 4 recipes/);
});

test('menus that never carry enough recipes together are refused', () => {
  const carriedBy = Uint32Array.of(1, 1, 2, 2, 4, 4);
  const three = { k: [3], share: [1] };
  expect(() => calibrate(targetsOf([1, 1, 1, 1, 1, 1], 3), three, recipesOf(6), { carriedBy })).toThrow(
    /no factory carries 3 different recipes/,
  );
});

test('weights meet their targets where no factory carries some sets whole', () => {
  const weights = Float64Array.of(0.3, 0.2, 0.15, 0.12, 0.1, 0.08, 0.05);
  const carriedBy = Uint32Array.of(1, 3, 7, 7, 6, 6, 5);
  const distribution = { k: [2, 3], share: [0.5, 0.5] };
  const allowed = (set: readonly number[]) => set.reduce((mask, i) => mask & carriedBy[i], 7) !== 0;
  const enumerated = byEnumeration(weights, distribution, allowed);
  const { error } = calibrate(enumerated, distribution, recipesOf(7), { carriedBy });
  expect(error).toBeLessThan(1e-12);
});
