/** `ForecastPublished`: tells services downstream what was published (docs/events.md). */
import { forecastPublishedSchema, type ForecastPublished } from '../pipeline/events.ts';
import type { RevisionParts } from './loaded-week.ts';

/**
 * @param location the revision's folder, or its `s3://` prefix
 * @param files the SHA-256 of the published files, by name
 */
export function eventOf(
  { run, record, basis, weeks }: RevisionParts,
  location: string,
  files: Readonly<Record<string, string>>,
): ForecastPublished {
  return forecastPublishedSchema.parse({
    version: 1,
    runId: run.runId,
    revision: record.revision,
    status: record.status === 'PUBLISHED' ? 'PUBLISHED' : 'PARTIAL',
    kind: run.kind,
    ...(run.label === undefined ? {} : { label: run.label }),
    correction: record.correction !== undefined,
    weeks: weeks.map(({ week, result }) => ({ week, status: result ? 'COMPLETE' : 'FAILED' })),
    dataAsOf: basis.inputsReadAt ?? record.createdAt,
    createdAt: record.createdAt,
    location,
    files: Object.entries(files).map(([name, sha256]) => ({ name, sha256 })),
  });
}
