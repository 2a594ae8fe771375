import { stageDeps } from '../../shared/aws/stage-lambda';
import { handleBatch, type SqsEvent } from '../../shared/pipeline/sqs-batch';
import { handleDelivery } from '../../shared/pipeline/stage-worker';
import { simulateWeek } from './handler';

const deps = stageDeps('order-simulator');
const work = simulateWeek(deps);

export const handler = (event: SqsEvent) =>
  handleBatch(event, (delivery) => handleDelivery(deps, 'simulate', work, delivery));
