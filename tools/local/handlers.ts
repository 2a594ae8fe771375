/** The real handlers of functions/, wired to the ports of the local stack. */
import { configure } from '../../functions/configurator/handler.ts';
import { extractData } from '../../functions/data-extractor/handler.ts';
import { recordFailure } from '../../functions/failure-recorder/handler.ts';
import { simulateWeek } from '../../functions/order-simulator/handler.ts';
import { publish, type PublisherDeps } from '../../functions/publisher/handler.ts';
import { forecastWeek } from '../../functions/site-forecast/handler.ts';
import { look } from '../../functions/sweeper/handler.ts';
import { handleDeadLetter } from '../../shared/pipeline/stage/dead-letter.ts';
import type { Engine } from '../../shared/pipeline/engine.ts';
import type { Stage } from '../../shared/pipeline/messages.ts';
import type { InputFiles } from '../../shared/pipeline/inputs/read-inputs.ts';
import { handleBatch, type SqsEvent } from '../../shared/pipeline/stage/sqs-batch.ts';
import { handleDelivery, type StageDeps, type StageWork } from '../../shared/pipeline/stage/stage-worker.ts';
import type { Handler } from './aws/functions.ts';

export interface LocalDeps extends StageDeps, PublisherDeps {
  readonly defaultInput: string;
  readonly openInputs: (location: string) => InputFiles;
}

/** What each stage does with a message. */
export type StageWorks = Readonly<Record<Stage, StageWork>>;

/** The stages' own work. */
export function stageWorks(deps: LocalDeps, engine: Engine): StageWorks {
  return {
    extract: extractData(deps),
    simulate: simulateWeek({ ...deps, engine }),
    forecast: forecastWeek({ ...deps, engine }),
  };
}

/** By the folder under functions/ that holds each. */
export function localHandlers(deps: LocalDeps, works: StageWorks): Readonly<Record<string, Handler>> {
  const worker = (stage: Stage): Handler => {
    return (event) =>
      handleBatch(event as SqsEvent, (delivery) => handleDelivery(deps, stage, works[stage], delivery));
  };
  return {
    configurator: (event) => configure(deps, event),
    'data-extractor': worker('extract'),
    'order-simulator': worker('simulate'),
    'site-forecast': worker('forecast'),
    publisher: (event) => publish(deps, event),
    'failure-recorder': (event) => recordFailure(deps, event),
    // No run is scheduled here.
    sweeper: () => look({ ...deps, expected: { scheduleHoursUtc: [], publishWithinMinutes: 0 } }),
    'dead-letter': (event) => handleBatch(event as SqsEvent, (delivery) => handleDeadLetter(deps, delivery)),
  };
}
