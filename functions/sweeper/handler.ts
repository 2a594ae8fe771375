import { checkFreshness, type ExpectedForecasts } from '../../shared/pipeline/run/freshness.ts';
import { sweep, type SweepDeps } from '../../shared/pipeline/run/sweep.ts';

export interface SweeperDeps extends SweepDeps {
  readonly expected: ExpectedForecasts;
}

/** One look, every five minutes: stale runs, then the newest forecast that should be out. */
export async function look(deps: SweeperDeps): Promise<void> {
  await sweep(deps);
  await checkFreshness(deps, deps.expected);
}
