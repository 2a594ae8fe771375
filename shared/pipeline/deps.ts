import type { Blobs, Callbacks, Clock, Executions, Log, StageQueues } from './ports.ts';
import type { RunStore } from './table/run-store.ts';

/** The status table and the ports, as every part of the pipeline picks from them what it needs. */
export interface PipelineDeps {
  readonly store: RunStore;
  readonly artifacts: Blobs;
  readonly callbacks: Callbacks;
  readonly queues: StageQueues;
  readonly executions: Executions;
  readonly clock: Clock;
  readonly log: Log;
}
