/** Stages that take time and no computing, for a benchmark of everything else. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { forecastSites } from '../../shared/domain/forecast/forecast.ts';
import { simulateOrders } from '../../shared/domain/orders/simulate-orders.ts';
import { putArtifact } from '../../shared/pipeline/artifacts.ts';
import type { WeekForecast } from '../../shared/pipeline/inputs/snapshot.ts';
import type { StageWork } from '../../shared/pipeline/stage/stage-worker.ts';
import { byStage } from '../../shared/pipeline/stages.ts';
import { DirectoryBlobs } from '../local/files.ts';
import type { StageWorks } from '../local/handlers.ts';
import type { SampleOptions } from '../sample/sample.ts';
import { sampleWeek } from './workload.ts';

/**
 * The works of a stack: each waits, then stores the forecast of one generated week, for whichever week it is of.
 *
 * @param directory the stack's state directory, whose bucket takes the artifacts
 * @param size of the generated week
 * @param seconds that each waits
 */
export async function waitingStages(directory: string, size: SampleOptions, seconds: number): Promise<StageWorks> {
  const artifacts = new DirectoryBlobs(join(directory, 'bucket'));
  const week = await sampleWeek(size);
  const settings = { seed: 1, constraints: {}, scenarios: 1 };
  const forecast = forecastSites(week, simulateOrders(week, settings), settings);
  const work: StageWork = async ({ message, artifactKey }) => {
    await wait(seconds * 1000);
    const result: WeekForecast = {
      forecast: { ...forecast, menuWeek: message.week },
      inputSha256: {},
      warnings: [],
    };
    return { artifact: await putArtifact(artifacts, artifactKey, result), summary: {} };
  };
  return byStage(() => work);
}
