import { s3InputFiles } from '../../shared/aws/s3';
import { stageDeps } from '../../shared/aws/stage-lambda';
import { handleBatch, type SqsEvent } from '../../shared/pipeline/sqs-batch';
import { handleDelivery } from '../../shared/pipeline/stage-worker';
import { extractData } from './handler';

const deps = stageDeps('data-extractor');
const work = extractData({ ...deps, openInputs: (location) => s3InputFiles(deps.s3, location) });

export const handler = (event: SqsEvent) =>
  handleBatch(event, (delivery) => handleDelivery(deps, 'extract', work, delivery));
