/** What a process reaches through its ports, and the checks that watch it. */
import type { Stage } from '../../../../../shared/pipeline/stages.ts';
import type { Checks } from '../checks/checks.ts';
import type { Process } from './process.ts';
import type { SimQueue } from './queue.ts';
import type { SimulatedCloud } from './simulated-cloud.ts';

export interface Services extends SimulatedCloud {
  readonly checks: Checks;
  queueOf(stage: Stage): SimQueue;
  /** A new process. */
  process(role: string, subject: string): Process;
  /** Milliseconds that a stage's work takes, drawn anew. */
  workTime(): number;
}
