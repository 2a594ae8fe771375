/** Published forecasts, read back from where they were committed. */
import type { SiteForecast } from '../../shared/domain/forecast/site-forecast.ts';
import type { MenuWeek } from '../../shared/domain/model.ts';
import { getArtifact } from '../../shared/pipeline/artifacts.ts';
import type { ArtifactRef, RevisionBasis, RunRecord } from '../../shared/pipeline/table/records.ts';
import type { WeekForecast } from '../../shared/pipeline/inputs/snapshot.ts';
import type { Reader } from '../backends/backend.ts';
import { UsageError } from './errors.ts';
import { findRun } from './find-run.ts';

/** Where forecasts are read from. */
export type ForecastSource = Pick<Reader, 'store' | 'artifacts' | 'close'>;

/** A revision's weeks that have a forecast. */
export interface RevisionForecasts {
  readonly run: RunRecord;
  readonly revision: number;
  readonly weeks: readonly { readonly week: MenuWeek; readonly artifact: ArtifactRef }[];
}

/**
 * Finds a revision.
 *
 * @param name a run, which means its newest revision, or `RUN/r2`
 * @throws {@link UsageError} where there is no such run or revision
 */
export async function findRevision(source: ForecastSource, name: string): Promise<RevisionForecasts> {
  const [, id, number] = /^(.+?)(?:\/r(\d+))?$/.exec(name) ?? ['', name, ''];
  const view = await findRun(source, id);
  const revision = number ? Number(number) : view.run.revision;
  const record = view.revisions.find((one) => one.revision === revision);
  if (!record?.basis || record.publishedAt === undefined) {
    const known = view.revisions.filter((one) => one.publishedAt !== undefined).map((one) => `r${one.revision}`);
    const has = known.length === 0 ? 'it has published nothing' : `it has ${known.join(', ')}`;
    throw new UsageError(`Run ${id} has no published revision${number ? ` ${number}` : ''}: ${has}.`);
  }
  const basis = await getArtifact<RevisionBasis>(source.artifacts, record.basis);
  const weeks = view.run.weeks
    .filter((week) => (record.attempts[week] ?? 0) > 0)
    .map((week) => ({ week, artifact: basis.weeks[week] }));
  return { run: view.run, revision, weeks };
}

/** @throws NotFoundError where the artifact is gone */
export async function readForecast(source: ForecastSource, artifact: ArtifactRef): Promise<SiteForecast> {
  return (await getArtifact<WeekForecast>(source.artifacts, artifact)).forecast;
}
