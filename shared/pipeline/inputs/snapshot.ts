/** The artifacts of the stages, as each hands them to the next. */
import type { Boxes, Week } from '../../domain/model.ts';
import type { SiteForecast } from '../../domain/forecast/site-forecast.ts';
import type { ArtifactRef } from '../table/records.ts';

/** What was doubtful in a week's input or cannot be as it asks, and went on all the same; or what was assumed. */
export interface InputWarning {
  readonly about?: 'missing_bill';
  readonly message: string;
}

/** Of the Data Extractor: one week's slice of the inputs, validated. */
export interface WeekSnapshot {
  readonly week: Week;
  /** SHA-256 of every input file as it was read. */
  readonly inputSha256: Readonly<Record<string, string>>;
  readonly warnings: readonly InputWarning[];
  /** What was last published for this week. */
  readonly previous?: { readonly runId: string; readonly revision: number; readonly artifact: ArtifactRef };
}

/** Of the Order Simulator: the simulated remainder; the placed orders are in the snapshot. */
export interface SimulatedOrders {
  readonly boxes: Boxes;
  readonly warnings: readonly InputWarning[];
}

/** Of the Site Specific Forecast. */
export interface WeekForecast {
  readonly forecast: SiteForecast;
  readonly inputSha256: Readonly<Record<string, string>>;
  readonly warnings: readonly InputWarning[];
}
