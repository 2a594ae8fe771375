/** Where the monitor's data comes from: the status table and the published files, of whichever backend. */
import type { MenuWeek } from '../../../shared/domain/model.ts';
import { NotFoundError } from '../../../shared/pipeline/errors.ts';
import type { RunId } from '../../../shared/pipeline/messages.ts';
import type { Stage } from '../../../shared/pipeline/stages.ts';
import type { RunRecord } from '../../../shared/pipeline/table/records.ts';
import type { RunView } from '../../../shared/pipeline/table/run-store.ts';

/** A run with its weeks counted. */
export interface ListedRun {
  readonly run: RunRecord;
  readonly weeksDone: number;
  readonly weeksFailed: number;
}

/** A replay that the page asks for. */
export interface ReplayRequest {
  readonly runId: RunId;
  readonly weeks: readonly MenuWeek[];
  /** The first stage to compute again. */
  readonly from: Stage;
  readonly reason: string;
}

/** A published file; undefined where there is none of that name. */
export function ifThere(file: Promise<Uint8Array>): Promise<Uint8Array | undefined> {
  return file.catch((error: unknown) => {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  });
}

/** Everything that the monitor reads, and the one thing that it starts. */
export interface MonitorSource {
  /** Where the data is, for the page's head: a state directory, a stack. */
  readonly place: string;
  /** Newest first. */
  runs(): Promise<readonly ListedRun[]>;
  view(runId: RunId): Promise<RunView | undefined>;
  /** A published file of a revision; undefined where the revision has none of that name. */
  file(run: RunRecord, revision: number, name: string): Promise<Uint8Array | undefined>;
  /**
   * Starts a replay; absent where this source cannot.
   * @returns a sentence on what was started
   * @throws Error whose message says why nothing was started
   */
  replay?(request: ReplayRequest): Promise<string>;
  close(): Promise<void>;
}
