/** The real handlers of functions/, wired to the ports of the local stack. */
import { configure } from '../../functions/configurator/handler';
import { extractData } from '../../functions/data-extractor/handler';
import { recordFailure } from '../../functions/failure-recorder/handler';
import { simulateWeek } from '../../functions/order-simulator/handler';
import { publish, type PublisherDeps } from '../../functions/publisher/handler';
import { forecastWeek } from '../../functions/site-forecast/handler';
import { handleDeadLetter } from '../../shared/pipeline/dead-letter';
import type { Stage } from '../../shared/pipeline/messages';
import { handleBatch, type SqsEvent } from '../../shared/pipeline/sqs-batch';
import { handleDelivery, type StageDeps, type StageWork } from '../../shared/pipeline/stage-worker';
import { directoryInputFiles } from './files';
import type { Handler } from './functions';

/** By the folder under functions/ that holds each. */
export function localHandlers(
  deps: StageDeps & PublisherDeps & { readonly defaultInput: string },
): Readonly<Record<string, Handler>> {
  const openInputs = directoryInputFiles;
  const worker = (stage: Stage, work: StageWork): Handler => {
    return (event) =>
      handleBatch(event as SqsEvent, (delivery) => handleDelivery(deps, stage, work, delivery));
  };
  return {
    configurator: (event) => configure({ ...deps, openInputs }, event),
    'data-extractor': worker('extract', extractData({ ...deps, openInputs })),
    'order-simulator': worker('simulate', simulateWeek(deps)),
    'site-forecast': worker('forecast', forecastWeek(deps)),
    publisher: (event) => publish(deps, event),
    'failure-recorder': (event) => recordFailure(deps, event),
    'dead-letter': (event) => handleBatch(event as SqsEvent, (delivery) => handleDeadLetter(deps, delivery)),
  };
}
