import { simulateScenarios } from '../../../../shared/domain/scenarios/simulate-scenarios.ts';
import { makeWeek, zipf } from '../weeks.ts';
import { options, total } from './three-factories.ts';

test('volume and uptake vary as they should, around what is expected', () => {
  const week = makeWeek({ boxes: 20_000, boxesSd: 0.1, dayShare: [1], mix: [[2, 0, 1]], uptake: zipf(20, 0) });
  const counts = simulateScenarios(week, { ...options, scenarios: 400, concentration: 200 });
  const relative = (values: ArrayLike<number>) => {
    const list = Array.from(values);
    const mean = total(list) / list.length;
    const variance = total(list.map((value) => (value - mean) ** 2)) / list.length;
    return { mean, sd: Math.sqrt(variance) / mean };
  };
  const volume = relative(counts.boxes);
  expect(volume.mean / 20_000).toBeCloseTo(1, 1);
  expect(volume.sd).toBeCloseTo(0.1, 1);
  const shares = Array.from({ length: 400 }, (_, s) => counts.recipe[s] / counts.boxes[s]);
  const recipe = relative(shares);
  expect(recipe.mean).toBeCloseTo(0.1, 2);
  // Dirichlet: √((1 − 0.05) / (0.05 · 201)) = 0.307; the largest share is held back a little by distinctness.
  expect(recipe.sd).toBeGreaterThan(0.26);
  expect(recipe.sd).toBeLessThan(0.35);
});
