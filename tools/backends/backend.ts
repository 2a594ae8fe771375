/** Where runs are: on this computer, or in the deployed stack. Every command uses both through the same interface. */
import type { RunId } from '../../shared/pipeline/messages.ts';
import type { Blobs, Executions, StageQueues } from '../../shared/pipeline/ports.ts';
import type { OpenInputs } from '../../shared/pipeline/inputs/read-snapshot.ts';
import type { RunRecord } from '../../shared/pipeline/table/records.ts';
import type { RunStore } from '../../shared/pipeline/table/run-store.ts';

/** What `--on` accepts. */
export const PLACES = ['local', 'aws'] as const;
export type Place = (typeof PLACES)[number];

/** For reading, also while another process runs there, and for cancelling. */
export interface Reader {
  readonly place: Place;
  readonly store: RunStore;
  readonly executions: Pick<Executions, 'stop'>;
  /** How long to wait before the table is read again. */
  readonly pollMs: number;
  /** The stages' results. */
  readonly artifacts: Blobs;
  /** A file of the run's revision. @throws NotFoundError where there is none */
  published(run: Pick<RunRecord, 'runId' | 'revision' | 'settings'>, file: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** For running and replaying. */
export interface Backend extends Reader {
  readonly executions: Executions;
  readonly queues: Pick<StageQueues, 'send'>;
  readonly openInputs: OpenInputs;
  /** Where a run reads its inputs that names none; undefined where it must name some. */
  readonly defaultInput: string | undefined;
  /** Puts a folder of inputs where a run can read it. @returns the location to name in its request */
  bringInput(folder: string): Promise<string>;
  /** Starts a run and resolves when its execution has ended, however it did. */
  run(runId: RunId, request: object): Promise<void>;
  /** Why a run left no record. */
  causeOf(runId: RunId): Promise<string>;
}
