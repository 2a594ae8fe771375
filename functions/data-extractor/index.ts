import { s3InputFiles } from '../../shared/aws/s3.ts';
import { stageDeps } from '../../shared/aws/stage-lambda.ts';
import { handleBatch, type SqsEvent } from '../../shared/pipeline/stage/sqs-batch.ts';
import { handleDelivery } from '../../shared/pipeline/stage/stage-worker.ts';
import { extractData } from './handler.ts';

const deps = stageDeps('data-extractor');
const work = extractData({ ...deps, openInputs: (location) => s3InputFiles(deps.s3, location) });

export const handler = (event: SqsEvent) =>
  handleBatch(event, (delivery) => handleDelivery(deps, 'extract', work, delivery));
