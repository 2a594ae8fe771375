/**
 * The scenarios of a week: how many boxes of every recipe, size and product each factory needs on each day,
 * in a few hundred ways the week may turn out.
 *
 * A scenario has its own volume and uptake (`uncertainty.ts`), draws every box in full, and routes them
 * under the caps by eligibility class (`allocation.ts`). Placed boxes are in all of them as they
 * are. Boxes of one class are alike, so which of them goes to which of its factories is left to chance:
 * the drawing order.
 */

import type { Week } from '../model.ts';
import type { ScenarioCounts } from './counts.ts';
import { scenarioBase, type ScenarioOptions } from './model.ts';
import { preferenceByCaps, type Preference } from './preference.ts';
import { ScenarioRun } from './run.ts';

export interface ScenariosOptions extends ScenarioOptions {
  /** How many. */
  readonly scenarios: number;
  /** Where boxes go if no cap is in the way (`preferenceOf` the central plan); default by the caps. */
  readonly preference?: Preference;
}

/**
 * Simulates scenarios of a week.
 *
 * @param shard scenario indices from 0; default all. Any split of them gives the same numbers
 * @throws InputError as `planOrders`, and where there are too many kinds of boxes
 */
export function simulateScenarios(
  week: Week,
  options: ScenariosOptions,
  shard: { readonly from: number; readonly to: number } = { from: 0, to: options.scenarios },
): ScenarioCounts {
  const base = scenarioBase(week, options);
  const run = new ScenarioRun(base, options.preference ?? preferenceByCaps(week), shard.to - shard.from);
  for (let scenario = shard.from; scenario < shard.to; scenario++) run.add(scenario - shard.from, scenario + 1);
  return run.counts;
}
