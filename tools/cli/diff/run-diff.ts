/** Two published revisions side by side: what `larder diff` compares. */
import type { MenuWeek } from '../../../shared/domain/model.ts';
import type { Place } from '../../backends/backend.ts';
import { openReader } from '../../backends/open.ts';
import { withOpen } from '../../with-open.ts';
import { findRevision, readForecast, type RevisionForecasts } from '../published-forecasts.ts';
import { STATE_DIRECTORY } from '../state-directory.ts';
import { oneLine } from '../terminal/format.ts';
import { diffWeek, type WeekDiff } from './week-diff.ts';

/** What two revisions differ in. */
export interface RunDiff {
  readonly a: DiffSide;
  readonly b: DiffSide;
  /** Weeks that only one of them forecasts. */
  readonly weeks_only_in_a: readonly string[];
  readonly weeks_only_in_b: readonly string[];
  readonly weeks: readonly WeekDiff[];
}

/** One of the two revisions. */
export interface DiffSide {
  readonly run_id: string;
  readonly revision: number;
  readonly kind: string;
  readonly label: string | null;
  readonly started_at: string;
}

/**
 * Compares two revisions on the weeks and delivery dates that both forecast.
 *
 * @param first a run, which means its newest revision, or `RUN/r2`
 * @param second the same; what it has more than `first` counts as an increase
 * @throws UsageError where one of them is no published revision
 */
export function diffRuns(first: string, second: string, on: Place): Promise<RunDiff> {
  return withOpen(openReader(on, STATE_DIRECTORY), async (source) => {
    const a = await findRevision(source, first);
    const b = await findRevision(source, second);
    const weeks: WeekDiff[] = [];
    for (const { week, artifact } of b.weeks) {
      const other = a.weeks.find((one) => one.week === week);
      if (!other) continue;
      weeks.push(diffWeek(await readForecast(source, other.artifact), await readForecast(source, artifact)));
    }
    const only = (one: RevisionForecasts, other: RevisionForecasts): MenuWeek[] =>
      one.weeks.map(({ week }) => week).filter((week) => !other.weeks.some((known) => known.week === week));
    return {
      a: sideOf(a),
      b: sideOf(b),
      weeks_only_in_a: only(a, b),
      weeks_only_in_b: only(b, a),
      weeks,
    };
  });
}

function sideOf({ run, revision }: RevisionForecasts): DiffSide {
  return {
    run_id: run.runId,
    revision,
    kind: run.kind,
    label: run.label ?? null,
    started_at: run.startedAt,
  };
}

/** `run 20261124-021939-1874 revision 1, what-if "fewer boxes"`. */
export function subjectOf({ run_id, revision, kind, label }: DiffSide): string {
  return `run ${run_id} revision ${revision}, ${kind}${label === null ? '' : ` "${oneLine(label)}"`}`;
}
