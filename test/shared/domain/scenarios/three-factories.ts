/** The week of three factories that tests of scenarios share, and how they read counts. */
import type { Week } from '../../../../shared/domain/model.ts';
import type { ScenarioCounts } from '../../../../shared/domain/scenarios/counts.ts';
import { makeWeek, zipf } from '../weeks.ts';

export const options = { seed: 5, constraints: {}, scenarios: 200 };
/** Every recipe at the catch-all, half of them at factory 1, a quarter at factory 0. */
export const nested = (recipes: number) => Array.from({ length: recipes }, (_, r) => (r % 4 === 0 ? 7 : r % 2 ? 4 : 6));

export function threeFactories(settings: Parameters<typeof makeWeek>[0] = {}): Week {
  return makeWeek({
    boxes: 3_000,
    boxesSd: 0.05,
    uptake: zipf(20, 0.3),
    factories: ['exact', 'at_most', 'at_most'],
    carriedBy: nested(20),
    ...settings,
  });
}

export const column = (values: Uint32Array, scenarios: number, s: number) =>
  Array.from(values.filter((_, i) => i % scenarios === s));
export const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
export const meanOf = (values: Uint32Array) => total(Array.from(values)) / values.length;

export function countOf(week: Week, counts: ScenarioCounts, recipe: number, s: number): number {
  const R = week.recipes.length;
  const S = week.portionSizes.length;
  let sum = 0;
  for (let place = 0; place < week.days.length * week.factories.length; place++)
    for (let size = 0; size < S; size++) sum += counts.recipe[((place * R + recipe) * S + size) * counts.scenarios + s];
  return sum;
}
