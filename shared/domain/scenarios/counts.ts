/** Counts of scenarios, all [cell × scenarios + scenario]; a missing one is 0. */
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
  /** Unconstrained demand, boxes that would come if there were no caps; cell as `boxes`. */
  readonly unconstrained: Uint32Array;
  /** Boxes that found no room; cell = day. */
  readonly unallocated: Uint32Array;
}

/** The counts of neighbouring shards as one, in the order given. */
export function joinScenarios(shards: readonly ScenarioCounts[]): ScenarioCounts {
  const scenarios = shards.reduce((sum, shard) => sum + shard.scenarios, 0);
  const join = (column: Exclude<keyof ScenarioCounts, 'scenarios'>) => {
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
    unconstrained: join('unconstrained'),
    unallocated: join('unallocated'),
  };
}
