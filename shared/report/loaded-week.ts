/** What a report is made from: a revision's weeks as they were committed. */
import type { WeekComparison } from '../domain/forecast/compare.ts';
import type { MenuWeek } from '../domain/model.ts';
import type { Failure } from '../pipeline/errors.ts';
import type { WeekForecast } from '../pipeline/inputs/snapshot.ts';
import type {
  ArtifactRef,
  PreviousForecast,
  RevisionBasis,
  RevisionRecord,
  RunRecord,
} from '../pipeline/table/records.ts';

/** A week as a revision holds it: a forecast, or the reason why there is none. */
export interface LoadedWeek {
  readonly week: MenuWeek;
  /** The attempt that the revision holds, or the last that failed. */
  readonly attempt: number;
  readonly artifact?: ArtifactRef;
  readonly result?: WeekForecast;
  readonly failure?: Failure;
  /** Against what was published before the run; absent where nothing was. */
  readonly comparison?: WeekComparison;
  readonly previous?: PreviousForecast;
  /** The hashes of the input files that the previous forecast was made from. */
  readonly previousInputs?: WeekForecast['inputSha256'];
}

/** A revision, and everything that it is made of. */
export interface RevisionParts {
  readonly run: RunRecord;
  readonly record: RevisionRecord;
  readonly basis: RevisionBasis;
  readonly weeks: readonly LoadedWeek[];
}
