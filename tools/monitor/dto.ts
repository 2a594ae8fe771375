/**
 * What goes over the wire to the page, field by field: the table's rows hold task tokens, which are bearer
 * secrets, so that nothing is sent that is not named here. Imported by the server and by the page.
 */
import type { Failure } from '../../shared/pipeline/errors.ts';
import type { Stage } from '../../shared/pipeline/stages.ts';
import type { TableName } from '../../shared/report/columns.ts';

export type RunState = 'RUNNING' | 'PUBLISHED' | 'PARTIAL' | 'FAILED' | 'CANCELLED';
export type WeekState = 'PENDING' | 'RUNNING' | 'COMPLETE' | 'FAILED';
export type StageState = 'PENDING' | 'RUNNING' | 'RETRYING' | 'COMPLETE' | 'FAILED';

export interface RunDto {
  readonly runId: string;
  readonly status: RunState;
  readonly kind: 'baseline' | 'what-if';
  readonly label: string | null;
  readonly startedBy: string | null;
  /** ISO instants. */
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly revision: number;
  readonly firstWeek: string;
  readonly lastWeek: string;
  readonly weeks: number;
  readonly weeksDone: number;
  readonly weeksFailed: number;
}

export interface RunListDto {
  readonly place: string;
  /** Whether the server takes replays; when not, why not. */
  readonly replay: { readonly allowed: true } | { readonly allowed: false; readonly why: string };
  readonly runs: readonly RunDto[];
}

export interface ReplayDto {
  readonly by: string;
  readonly reason: string;
  readonly at: string;
}

export interface StageDto {
  readonly stage: Stage;
  readonly status: StageState;
  readonly attempt: number;
  /** Times this attempt's message was taken up. */
  readonly deliveries: number;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly heartbeatAt: string | null;
  readonly failure: Failure | null;
  /** What the stage says of its newest result: plain values only. */
  readonly summary: readonly (readonly [string, string | number | boolean])[];
  /** Size of the newest result in bytes. */
  readonly bytes: number | null;
}

export interface WeekDto {
  readonly week: string;
  readonly status: WeekState;
  readonly attempt: number;
  readonly failure: Failure | null;
  readonly replay: ReplayDto | null;
  readonly stages: readonly StageDto[];
}

export interface RevisionDto {
  readonly revision: number;
  readonly status: 'PUBLISHED' | 'PARTIAL' | 'FAILED';
  readonly createdAt: string;
  readonly publishedAt: string | null;
  readonly mail: string;
  readonly correction: ReplayDto | null;
}

export interface RunDetailDto {
  readonly run: RunDto;
  readonly input: string;
  readonly scenarios: number;
  readonly seed: number;
  readonly codeVersion: string;
  readonly failure: Failure | null;
  readonly weeks: readonly WeekDto[];
  /** Oldest first. */
  readonly revisions: readonly RevisionDto[];
}

export interface FactoryDayDto {
  readonly week: string;
  readonly factory: string;
  readonly date: string;
  /** Boxes; null: no cap. */
  readonly cap: number | null;
  readonly placed: number;
  readonly simulated: number;
  /** By how many boxes the P90 of what it would get without its cap goes over it; null: no cap. */
  readonly p90OverCap: number | null;
}

export interface WeekTotalDto {
  readonly week: string;
  readonly boxes: number | null;
  readonly placed: number | null;
  readonly unallocated: number | null;
}

export interface AlertDto {
  readonly severity: 'error' | 'warning';
  readonly week: string;
  readonly message: string;
}

/** A revision's forecast at a glance: `summary.json` and `utilisation.csv`. */
export interface ForecastDto {
  readonly boxes: number;
  readonly placed: number;
  readonly unallocated: number;
  /** Share of the items that moved since the last forecast; null without one. */
  readonly wmapeSite: number | null;
  readonly wmapeGlobal: number | null;
  /** The revision that it is compared with; null where there is none. */
  readonly comparedWith: { readonly runId: string; readonly revision: number } | null;
  readonly factories: readonly { readonly id: string; readonly name: string }[];
  readonly weeks: readonly WeekTotalDto[];
  readonly days: readonly FactoryDayDto[];
  readonly alerts: readonly AlertDto[];
}

/** The published tables that the page shows row by row. */
export const SHOWN_TABLES = ['ingredients', 'products', 'recipes', 'changes'] as const satisfies readonly TableName[];
export type ShownTable = (typeof SHOWN_TABLES)[number];

/** A page of a published table's rows. */
export interface TablePageDto {
  /** False where the revision has no such table or, for `changes`, nothing to compare with. */
  readonly isThere: boolean;
  /** Those that hold anything. */
  readonly columns: readonly { readonly name: string; readonly numeric: boolean }[];
  /** Rows of the file, and of those the ones that fit the search. */
  readonly total: number;
  readonly matching: number;
  readonly from: number;
  /** Empty cells are null. */
  readonly rows: readonly (readonly (string | number | null)[])[];
  /** The values one may filter by. */
  readonly choices: Readonly<Record<string, readonly string[]>>;
}

export interface ReplayRequestDto {
  readonly weeks: readonly string[];
  readonly from: Stage;
  readonly reason: string;
}

export interface ErrorDto {
  readonly error: string;
}
