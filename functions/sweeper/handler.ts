import { checkFreshness, type ExpectedForecasts } from '../../shared/pipeline/run/freshness.ts';
import { sweep, type SweepDeps } from '../../shared/pipeline/run/sweep.ts';

export interface SweeperDeps extends SweepDeps {
  readonly expected: ExpectedForecasts;
}

/** Every five minutes: runs that died, then the newest forecast that should be out. */
export async function sweepOnce(deps: SweeperDeps): Promise<void> {
  await sweep(deps);
  await checkFreshness(deps, deps.expected);
}
