import { stageDeps } from '../../shared/aws/stage-lambda.ts';
import { simulateOrders } from '../../shared/domain/orders/simulate-orders.ts';
import { handleBatch, type SqsEvent } from '../../shared/pipeline/stage/sqs-batch.ts';
import { handleDelivery } from '../../shared/pipeline/stage/stage-worker.ts';
import { simulateWeek } from './handler.ts';

const deps = stageDeps('order-simulator');
const work = simulateWeek({ ...deps, engine: { simulateOrders } });

export const handler = (event: SqsEvent) =>
  handleBatch(event, (delivery) => handleDelivery(deps, 'simulate', work, delivery));
