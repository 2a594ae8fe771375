/** An alert, and what a rule that raises alerts is given. */
import type { Thresholds } from './thresholds.ts';
import type { LoadedWeek } from '../loaded-week.ts';

/** Worst first, among those of the same severity. */
export const KINDS = [
  'week_failed',
  'no_open_factory',
  'unallocated',
  'stale_input',
  'missing_bill',
  'exact_cap_not_met',
  'p90_over_cap',
  'utilisation_high',
  'catch_all_share_up',
  'sku_change',
  'input',
  'short_shelf_life',
] as const;
export type AlertKind = (typeof KINDS)[number];

export interface Alert {
  readonly severity: 'error' | 'warning';
  readonly kind: AlertKind;
  readonly menu_week: string;
  readonly message: string;
  readonly factory?: string;
  readonly sku?: string;
}

/** An alert with how bad it is, in boxes, packs or points: comparable within its kind. */
export interface SizedAlert extends Alert {
  readonly size: number;
}

/** A week that has a forecast. */
export type CompleteWeek = LoadedWeek & Required<Pick<LoadedWeek, 'result'>>;

/** What the rules measure against; instants are ISO. */
export interface AlertContext {
  readonly thresholds: Thresholds;
  readonly runStartedAt: string;
  /** When the inputs were read. */
  readonly dataAsOf: string;
  /** When the revision was made. */
  readonly generatedAt: string;
}

export type AlertRule = (week: CompleteWeek, context: AlertContext) => SizedAlert[];
