import { s3InputFiles } from '../../shared/aws/s3';
import { stageDeps } from '../../shared/aws/stage-lambda';
import { forecastSites } from '../../shared/domain/forecast';
import { handleBatch, type SqsEvent } from '../../shared/pipeline/sqs-batch';
import { handleDelivery } from '../../shared/pipeline/stage-worker';
import { forecastWeek } from './handler';

const deps = stageDeps('site-forecast');
const openInputs = (location: string) => s3InputFiles(deps.s3, location);
const work = forecastWeek({ ...deps, engine: { forecastSites }, openInputs });

export const handler = (event: SqsEvent) =>
  handleBatch(event, (delivery) => handleDelivery(deps, 'forecast', work, delivery));
