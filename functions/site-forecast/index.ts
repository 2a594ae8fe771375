import { s3InputFiles } from '../../shared/aws/s3.ts';
import { stageDeps } from '../../shared/aws/stage-lambda.ts';
import { forecastSites } from '../../shared/domain/forecast/forecast.ts';
import { handleBatch, type SqsEvent } from '../../shared/pipeline/stage/sqs-batch.ts';
import { handleDelivery } from '../../shared/pipeline/stage/stage-worker.ts';
import { forecastWeek } from './handler.ts';

const deps = stageDeps('site-forecast');
const openInputs = (location: string) => s3InputFiles(deps.s3, location);
const work = forecastWeek({ ...deps, engine: { forecastSites }, openInputs });

export const handler = (event: SqsEvent) =>
  handleBatch(event, (delivery) => handleDelivery(deps, 'forecast', work, delivery));
