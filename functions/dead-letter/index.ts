import { stageDeps } from '../../shared/aws/stage-lambda';
import { handleDeadLetter } from '../../shared/pipeline/dead-letter';
import { handleBatch, type SqsEvent } from '../../shared/pipeline/sqs-batch';

const deps = stageDeps('dead-letter');

export const handler = (event: SqsEvent) =>
  handleBatch(event, (delivery) => handleDeadLetter(deps, delivery));
