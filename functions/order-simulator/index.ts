import { stageDeps } from '../../shared/aws/stage-lambda';
import { simulateOrders } from '../../shared/domain/simulate';
import { handleBatch, type SqsEvent } from '../../shared/pipeline/sqs-batch';
import { handleDelivery } from '../../shared/pipeline/stage-worker';
import { simulateWeek } from './handler';

const deps = stageDeps('order-simulator');
const work = simulateWeek({ ...deps, engine: { simulateOrders } });

export const handler = (event: SqsEvent) =>
  handleBatch(event, (delivery) => handleDelivery(deps, 'simulate', work, delivery));
