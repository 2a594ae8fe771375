/**
 * The scenarios of a week: how many boxes of every recipe, size and product each factory needs on each day,
 * in a few hundred ways the week may turn out.
 *
 * A scenario has its own volume and uptake (`uncertainty.ts`), draws every box in full, and routes them
 * under the caps by eligibility class (`scenarioAllocation.ts`). Placed boxes are in all of them as they
 * are. Boxes of one class are alike, so which of them goes to which of its factories is left to chance:
 * the drawing order.
 */

import type { Week } from '../model.ts';
import { preferenceByCaps, type Preference } from './preference.ts';
import { scenarioBase, type ScenarioOptions } from './model.ts';
import { ScenarioRun } from './run.ts';

export interface ScenariosOptions extends ScenarioOptions {
  /** How many. */
  readonly scenarios: number;
  /** Where boxes go if no cap is in the way (`preferenceOf` the central plan); default by the caps. */
  readonly preference?: Preference;
}

/** Counts of the scenarios `from` to `to` − 1, all [cell × scenarios + scenario]; a missing one is 0. */
export interface ScenarioCounts {
  /** Scenarios in here. */
  readonly scenarios: number;
  /** Picks of the recipe; cell = ((day × factories + factory) × recipes + recipe) × sizes + size. */
  readonly recipe: Uint32Array;
  /** Those in placed boxes that hold the recipe already; cell as `recipe`, or empty where there are none. */
  readonly repeats: Uint32Array;
  /** Units; cell = (day × factories + factory) × products + product. */
  readonly product: Uint32Array;
  /** Boxes; cell = day × factories + factory. */
  readonly boxes: Uint32Array;
  /** Boxes that would come if there were no caps; cell as `boxes`. */
  readonly wanted: Uint32Array;
  /** Boxes that found no room; cell = day. */
  readonly unallocated: Uint32Array;
}

/**
 * Simulates scenarios of a week.
 *
 * @param shard scenario indices from 0; default all. Any split of them gives the same numbers
 * @throws InputError as `planOrders`
 */
export function simulateScenarios(
  week: Week,
  options: ScenariosOptions,
  shard: { readonly from: number; readonly to: number } = { from: 0, to: options.scenarios },
): ScenarioCounts {
  const base = scenarioBase(week, options);
  const run = new ScenarioRun(base, options.preference ?? preferenceByCaps(week), shard.to - shard.from);
  for (let scenario = shard.from; scenario < shard.to; scenario++)
    run.add(scenario - shard.from, scenario + 1);
  return run.counts;
}

/** The counts of neighbouring shards as one, in the order given. */
export function joinScenarios(shards: readonly ScenarioCounts[]): ScenarioCounts {
  const scenarios = shards.reduce((sum, shard) => sum + shard.scenarios, 0);
  const join = (column: 'recipe' | 'repeats' | 'product' | 'boxes' | 'wanted' | 'unallocated') => {
    const cells = shards.length === 0 ? 0 : shards[0][column].length / shards[0].scenarios;
    const all = new Uint32Array(cells * scenarios);
    for (let cell = 0, at = 0; cell < cells; cell++)
      for (const shard of shards) {
        all.set(shard[column].subarray(cell * shard.scenarios, (cell + 1) * shard.scenarios), at);
        at += shard.scenarios;
      }
    return all;
  };
  return {
    scenarios,
    recipe: join('recipe'),
    repeats: join('repeats'),
    product: join('product'),
    boxes: join('boxes'),
    wanted: join('wanted'),
    unallocated: join('unallocated'),
  };
}
