import type { MenuWeek } from '../../shared/domain/model';
import { getArtifact } from '../../shared/pipeline/artifacts';
import type { Failure } from '../../shared/pipeline/errors';
import type { Blobs } from '../../shared/pipeline/ports';
import type { ArtifactRef, RevisionRecord } from '../../shared/pipeline/records';
import type { RunView } from '../../shared/pipeline/run-store';
import type { WeekForecast } from '../../shared/pipeline/snapshot';

/** A week as a revision holds it: a forecast, or the reason why there is none. */
export interface LoadedWeek {
  readonly week: MenuWeek;
  readonly attempt: number;
  readonly artifact?: ArtifactRef;
  readonly result?: WeekForecast;
  readonly failure?: Failure;
}

const NEVER_ANSWERED: Failure = { error: 'NotComplete', message: 'the week did not come to an end' };

/** The forecasts that the revision names, in the run's order of weeks. */
export async function loadWeeks(
  artifacts: Blobs,
  view: RunView,
  record: RevisionRecord,
): Promise<LoadedWeek[]> {
  const loaded: LoadedWeek[] = [];
  for (const week of view.run.weeks) {
    const row = view.stages.find((stage) => stage.week === week && stage.stage === 'forecast');
    const attempt = record.attempts[week] ?? 0;
    if (attempt > 0 && row?.committed?.attempt === attempt) {
      const { artifact } = row.committed;
      loaded.push({ week, attempt, artifact, result: await getArtifact<WeekForecast>(artifacts, artifact) });
    } else {
      const failure = view.weeks.find((item) => item.week === week)?.failure ?? NEVER_ANSWERED;
      loaded.push({ week, attempt: 0, failure });
    }
  }
  return loaded;
}
