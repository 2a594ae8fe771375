import { forecastSites } from '../../shared/domain/forecast';
import { getArtifact, putArtifact } from '../../shared/pipeline/artifacts';
import type { Blobs } from '../../shared/pipeline/ports';
import type { SimulatedOrders, WeekForecast, WeekSnapshot } from '../../shared/pipeline/snapshot';
import type { StageWork } from '../../shared/pipeline/stage-worker';

/** The Site Specific Forecast: every box to a factory, and what each factory needs for its boxes. */
export function forecastWeek(deps: { readonly artifacts: Blobs }): StageWork {
  return async ({ run, upstream, artifactKey }) => {
    const extracted = await upstream('extract');
    const simulated = await upstream('simulate');
    const snapshot = await getArtifact<WeekSnapshot>(deps.artifacts, extracted.artifact);
    const { boxes } = await getArtifact<SimulatedOrders>(deps.artifacts, simulated.artifact);
    const previous =
      snapshot.previous && (await getArtifact<WeekForecast>(deps.artifacts, snapshot.previous.artifact));
    const forecast = forecastSites(snapshot.week, boxes, {
      ...run.settings,
      previous: previous?.forecast,
    });
    const { inputSha256, warnings } = snapshot;
    const result: WeekForecast = { forecast, inputSha256, warnings };
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

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
