import { getArtifact, putArtifact } from '../../shared/pipeline/artifacts.ts';
import type { Engine } from '../../shared/pipeline/engine.ts';
import type { Blobs } from '../../shared/pipeline/ports.ts';
import type { SimulatedOrders, WeekSnapshot } from '../../shared/pipeline/inputs/snapshot.ts';
import type { StageWork } from '../../shared/pipeline/stage/stage-worker.ts';

export interface SimulatorDeps {
  readonly artifacts: Blobs;
  readonly engine: Pick<Engine, 'simulateOrders'>;
}

/** The Order Simulator: the boxes that are expected beyond those already placed. */
export function simulateWeek(deps: SimulatorDeps): StageWork {
  return async ({ run, upstream, artifactKey }) => {
    const extracted = await upstream('extract');
    const { week } = await getArtifact<WeekSnapshot>(deps.artifacts, extracted.artifact);
    const { seed, constraints } = run.settings;
    const { missed, ...boxes } = await deps.engine.simulateOrders(week, { seed, constraints });
    const warnings = missed.map((message) => ({ message }));
    const orders: SimulatedOrders = { boxes, warnings };
    return {
      artifact: await putArtifact(deps.artifacts, artifactKey, orders),
      summary: { placed: week.placed.count, simulated: boxes.count, extractAttempt: extracted.attempt },
    };
  };
}
