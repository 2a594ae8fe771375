import { findArtifact, getArtifact, putArtifact } from '../../shared/pipeline/artifacts.ts';
import type { Engine } from '../../shared/pipeline/engine.ts';
import type { Blobs } from '../../shared/pipeline/ports.ts';
import type { OpenInputs } from '../../shared/pipeline/inputs/read-snapshot.ts';
import type { RunRecord } from '../../shared/pipeline/table/records.ts';
import type { SimulatedOrders, WeekForecast, WeekSnapshot } from '../../shared/pipeline/inputs/snapshot.ts';
import type { StageWork } from '../../shared/pipeline/stage/stage-worker.ts';

export interface ForecastDeps {
  readonly artifacts: Blobs;
  readonly engine: Pick<Engine, 'forecastSites'>;
  readonly openInputs: OpenInputs;
}

/** The Site Specific Forecast: every box to a factory, and what each factory needs for its boxes. */
export function forecastWeek(deps: ForecastDeps): StageWork {
  return async ({ run, attempt, upstream, artifactKey }) => {
    const extracted = await upstream('extract');
    const simulated = await upstream('simulate');
    const stored = await getArtifact<WeekSnapshot>(deps.artifacts, extracted.artifact);
    // A replay from a later stage keeps the orders; what it is asked for is the caps as they are now.
    const isFromHere = extracted.attempt < attempt;
    const snapshot = isFromHere ? await recapped(deps, run, stored) : stored;
    const orders = await getArtifact<SimulatedOrders>(deps.artifacts, simulated.artifact);
    const previous =
      snapshot.previous && (await findArtifact<WeekForecast>(deps.artifacts, snapshot.previous.artifact));
    const forecast = await deps.engine.forecastSites(snapshot.week, orders.boxes, {
      ...run.settings,
      previous: previous?.forecast,
    });
    const warnings = [...snapshot.warnings, ...orders.warnings];
    const result: WeekForecast = { forecast, inputSha256: snapshot.inputSha256, warnings };
    return {
      artifact: await putArtifact(deps.artifacts, artifactKey, result),
      summary: {
        boxes: forecast.factoryOfBox.length,
        objective: sum(forecast.routing.map((day) => day.objective)),
        lowerBound: sum(forecast.routing.map((day) => day.lowerBound)),
        simulateAttempt: simulated.attempt,
      },
    };
  };
}

/** Loads what reads input files, which no other forecast needs. */
async function recapped(deps: ForecastDeps, run: RunRecord, stored: WeekSnapshot): Promise<WeekSnapshot> {
  const { withCapsOfNow } = await import('./caps-of-now.ts');
  return withCapsOfNow(deps.openInputs, run, stored);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
