/** The real handlers of functions/, wired to the ports of the local stack. */
import { configure, type ConfiguratorDeps } from '../../functions/configurator/handler.ts';
import { extractData } from '../../functions/data-extractor/handler.ts';
import { recordFailure } from '../../functions/failure-recorder/handler.ts';
import { simulateWeek } from '../../functions/order-simulator/handler.ts';
import type { PublisherDeps } from '../../functions/publisher/deps.ts';
import { publish } from '../../functions/publisher/handler.ts';
import { forecastWeek } from '../../functions/site-forecast/handler.ts';
import { sweepOnce } from '../../functions/sweeper/handler.ts';
import { handleDeadLetter } from '../../shared/pipeline/stage/dead-letter.ts';
import type { Engine } from '../../shared/pipeline/engine.ts';
import { STAGE_CATALOGUE, STAGES, type Stage } from '../../shared/pipeline/stages.ts';
import { handleBatch, type SqsEvent } from '../../shared/pipeline/stage/sqs-batch.ts';
import type { PipelineDeps } from '../../shared/pipeline/deps.ts';
import { handleDelivery, type StageWork } from '../../shared/pipeline/stage/stage-worker.ts';

export interface LocalDeps extends PipelineDeps, PublisherDeps, ConfiguratorDeps {}

/** What each stage does with a message. */
export type StageWorks = Readonly<Record<Stage, StageWork>>;

/** The stages' own work. */
export function stageWorks(deps: Pick<LocalDeps, 'artifacts' | 'openInputs' | 'store'>, engine: Engine): StageWorks {
  return {
    extract: extractData(deps),
    simulate: simulateWeek({ ...deps, engine }),
    forecast: forecastWeek({ ...deps, engine }),
  };
}

/** By the folder under functions/ that holds each. */
type Handlers = Readonly<Record<string, (event: unknown) => unknown>>;

/** The real handlers, the stages' around these works. */
export function localHandlers(deps: LocalDeps, works: StageWorks): Handlers {
  const worker = (stage: Stage) => (event: unknown) =>
    handleBatch(event as SqsEvent, (delivery) => handleDelivery(deps, stage, works[stage], delivery));
  return {
    ...Object.fromEntries(STAGES.map((stage) => [STAGE_CATALOGUE[stage].folder, worker(stage)])),
    configurator: (event) => configure(deps, event),
    publisher: (event) => publish(deps, event),
    'failure-recorder': (event) => recordFailure(deps, event),
    // No run is scheduled here.
    sweeper: () => sweepOnce({ ...deps, expected: { scheduleHoursUtc: [], publishWithinMinutes: 0 } }),
    'dead-letter': (event) => handleBatch(event as SqsEvent, (delivery) => handleDeadLetter(deps, delivery)),
  };
}
