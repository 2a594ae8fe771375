import { simulateScenarios } from '../../../../shared/domain/scenarios/simulate-scenarios.ts';
import { makeWeek, zipf } from '../weeks.ts';
import { options } from './three-factories.ts';

test('more kinds of boxes on more days than can be told apart are refused', () => {
  const mix = Array.from({ length: 300 }, (_, c) => [(c % 20) + 1, 0, 1] as const);
  const week = { ...makeWeek({ uptake: zipf(40, 0.3), mix }), dayShare: new Float64Array(250).fill(1 / 250) };
  const days = Array.from({ length: 250 }, () => week.days[0]);
  expect(() => simulateScenarios({ ...week, days }, options)).toThrow(/300 kinds of boxes on 250 delivery days/);
});
