/** What a later revision changed against the one before it. */
import { compareForecasts } from '../../shared/domain/forecast/compare.ts';
import { getArtifact } from '../../shared/pipeline/artifacts.ts';
import type { RevisionBasis, RevisionRecord } from '../../shared/pipeline/table/records.ts';
import type { WeekForecast } from '../../shared/pipeline/inputs/snapshot.ts';
import { largestFirst, MAX_TOP_CHANGES, weekChanges, type WeekChange } from '../../shared/report/changes.ts';
import type { Correction } from '../../shared/report/correction.ts';
import type { PublisherDeps } from './deps.ts';
import type { LoadedWeek } from '../../shared/report/loaded-week.ts';
import { basisOf } from './basis.ts';
import type { Thresholds } from '../../shared/report/alerts/thresholds.ts';

/** @param before the revision before; undefined for a run's first */
export async function correctionOf(
  deps: Pick<PublisherDeps, 'artifacts'>,
  before: RevisionRecord | undefined,
  basis: RevisionBasis,
  weeks: readonly LoadedWeek[],
  thresholds: Thresholds,
): Promise<Correction | undefined> {
  if (!before) return undefined;
  const past = await basisOf(deps.artifacts, before);
  const redone = weeks.filter(({ week }) => keyOf(past, week) !== keyOf(basis, week));
  const changes: WeekChange[] = [];
  for (const { week, result } of redone) {
    if (!result || !(week in past.weeks)) continue;
    const { forecast } = await getArtifact<WeekForecast>(deps.artifacts, past.weeks[week]);
    changes.push(...weekChanges(result.forecast, compareForecasts(result.forecast, forecast)));
  }
  return {
    revision: before.revision,
    weeks: redone.map(({ week }) => week),
    top_changes: largestFirst(changes, thresholds).slice(0, MAX_TOP_CHANGES),
  };
}

function keyOf({ weeks }: RevisionBasis, week: string): string | undefined {
  return week in weeks ? weeks[week].key : undefined;
}
