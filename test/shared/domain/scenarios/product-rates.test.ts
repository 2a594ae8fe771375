import { simulateScenarios } from '../../../../shared/domain/scenarios/simulate-scenarios.ts';
import { options, threeFactories, total } from './three-factories.ts';

test.each<[string, number, { perBox: number; factoryMask?: number }[]]>([
  ['that few boxes can take', 0.06, [{ perBox: 0.4 }, { perBox: 0.1, factoryMask: 2 }, { perBox: 2, factoryMask: 6 }]],
  [
    'that shut each other out',
    0.01,
    [{ perBox: 0.3, factoryMask: 4 }, { perBox: 0.05, factoryMask: 2 }, { perBox: 0.5 }],
  ],
])('products come as often as expected, also those %s', (_, tolerance, products) => {
  const week = threeFactories({ boxes: 20_000, boxesSd: 0, products });
  const counts = simulateScenarios(week, { ...options, scenarios: 20 });
  products.forEach(({ perBox }, p) => {
    const units = total(Array.from(counts.product.filter((__, i) => Math.floor(i / 20) % 3 === p))) / 20;
    expect(Math.abs(units / (20_000 * perBox) - 1)).toBeLessThan(tolerance);
  });
});
