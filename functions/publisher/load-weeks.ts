import { compareForecasts } from '../../shared/domain/forecast/compare.ts';
import { LogEvent } from '../../shared/pipeline/log-events.ts';
import { findArtifact, getArtifact } from '../../shared/pipeline/artifacts.ts';
import type {
  PreviousForecast,
  RevisionBasis,
  RevisionRecord,
  RunRecord,
} from '../../shared/pipeline/table/records.ts';
import type { WeekForecast } from '../../shared/pipeline/inputs/snapshot.ts';
import type { LoadedWeek } from '../../shared/report/loaded-week.ts';
import type { PublisherDeps } from './deps.ts';

/** The forecasts that the revision names, in the run's order of weeks, each compared with what was before. */
export async function loadWeeks(
  deps: Pick<PublisherDeps, 'artifacts' | 'log'>,
  run: RunRecord,
  record: RevisionRecord,
  basis: RevisionBasis,
): Promise<LoadedWeek[]> {
  const loaded: LoadedWeek[] = [];
  for (const week of run.weeks) {
    const attempt = record.attempts[week] ?? 0;
    if (attempt > 0 && week in basis.weeks) {
      const artifact = basis.weeks[week];
      const result = await getArtifact<WeekForecast>(deps.artifacts, artifact);
      loaded.push({ week, attempt, artifact, result, ...(await compared(deps, result, basis.previous[week])) });
    } else {
      loaded.push({ week, ...basis.failures[week] });
    }
  }
  return loaded;
}

/** The forecast before is let go again at once: a long run holds many weeks. */
async function compared(
  { artifacts, log }: Pick<PublisherDeps, 'artifacts' | 'log'>,
  { forecast }: WeekForecast,
  previous: PreviousForecast | undefined,
): Promise<Pick<LoadedWeek, 'comparison' | 'previous' | 'previousInputs'>> {
  if (!previous) return {};
  const before = await findArtifact<WeekForecast>(artifacts, previous.artifact);
  if (!before) {
    log.warn(LogEvent.PreviousMissing, { week: forecast.menuWeek, key: previous.artifact.key });
    return {};
  }
  return { previous, comparison: compareForecasts(forecast, before.forecast), previousInputs: before.inputSha256 };
}
