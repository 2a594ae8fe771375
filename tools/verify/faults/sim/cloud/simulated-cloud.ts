/** What the parts of a simulated deployment share: time, chance, faults and what is stored. */
import type { RandomSource } from '../../../random-source.ts';
import type { Stage } from '../../../../../shared/pipeline/stages.ts';
import type { StateMachine } from '../../../../local/asl/index.ts';
import type { Faults } from '../faults.ts';
import type { Plan } from '../plan.ts';
import type { SimInputs } from './inputs.ts';
import type { Scheduler } from './scheduler.ts';
import type { SimBlobs, SimTable } from './storage.ts';

export interface SentMessage {
  readonly id: string;
  readonly stage: Stage;
  /** Its token included. */
  readonly body: string;
}

export interface SimulatedCloud {
  readonly scheduler: Scheduler;
  readonly random: RandomSource;
  readonly plan: Plan;
  readonly machine: StateMachine;
  /** What the workflow has sent, oldest first. */
  readonly sentByWorkflow: SentMessage[];
  readonly faults: Faults;
  readonly inputs: SimInputs;
  readonly table: SimTable;
  readonly artifacts: SimBlobs;
  readonly published: SimBlobs;
  /** Writes a line of the trace; the text is only made where a trace is wanted. */
  note(line: () => string): void;
  /** An id that no other part has. */
  newId(prefix: string): string;
  /** Milliseconds that a request or an answer takes, drawn anew. */
  latency(): number;
}
