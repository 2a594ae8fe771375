/** Answers for dead letters. One that is redriven goes to its stage's queue again: shared/pipeline/stage/decide.ts. */
import { stageDeps } from '../../shared/aws/stage-lambda.ts';
import { handleDeadLetter } from '../../shared/pipeline/stage/dead-letter.ts';
import { handleBatch, type SqsEvent } from '../../shared/pipeline/stage/sqs-batch.ts';

const deps = stageDeps('dead-letter');

export const handler = (event: SqsEvent) => handleBatch(event, (delivery) => handleDeadLetter(deps, delivery));
