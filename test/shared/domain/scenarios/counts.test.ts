import { joinScenarios, type ScenarioCounts } from '../../../../shared/domain/scenarios/counts.ts';
import { simulateScenarios } from '../../../../shared/domain/scenarios/simulate-scenarios.ts';
import { options, threeFactories } from './three-factories.ts';

test.each([
  ['1', [0, 12]],
  ['3', [0, 5, 6, 12]],
  ['12', Array.from({ length: 13 }, (_, i) => i)],
])('scenarios in %s shards are the same bytes', (_, cuts) => {
  const week = threeFactories({ caps: [20, 500, Infinity], products: [{ perBox: 0.3, factoryMask: 6 }] });
  const twelve = { ...options, scenarios: 12 };
  const parts: ScenarioCounts[] = [];
  for (let i = 1; i < cuts.length; i++) parts.push(simulateScenarios(week, twelve, { from: cuts[i - 1], to: cuts[i] }));
  expect(joinScenarios(parts)).toEqual(simulateScenarios(week, twelve));
});
