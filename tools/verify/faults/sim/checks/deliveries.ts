/** Who holds a message, and for how long. */
import { CLAIMED_VISIBILITY_SECONDS } from '../../../../../shared/pipeline/table/lease.ts';
import type { Process } from '../cloud/process.ts';
import type { SimQueue } from '../cloud/queue.ts';
import type { SimulatedCloud } from '../cloud/simulated-cloud.ts';
import type { Observations } from './observations.ts';
import { rowsOf } from './rows.ts';

/** After so long another worker has taken the place of one that was killed. */
const NOTICED_SECONDS = 120;

export class Deliveries {
  /** Who was handed each message last. */
  private readonly holders = new Map<string, Process>();

  constructor(
    private readonly cloud: SimulatedCloud,
    private readonly seen: Observations,
  ) {}

  /** The queue hands the message to the process. */
  delivered(messageId: string, to: Process, queue: SimQueue): void {
    const holder = this.holders.get(messageId);
    const isQuiet = this.cloud.faults.hits.length === 0 && !this.seen.hasRestarted;
    if (holder?.isAlive && isQuiet) {
      this.seen.broken('held-while-worked-on', `${messageId} goes to ${to.name} while ${holder.name} is at it`);
    }
    this.holders.set(messageId, to);
    to.onDeath(() => this.died(to, queue));
  }

  /** Looks, when that time is over, whether a worker that a fault has killed was noticed, where nothing else happened. */
  private died(worker: Process, queue: SimQueue): void {
    const { scheduler, faults } = this.cloud;
    const isOnlyFault = () => faults.hits.length === 1 && this.seen.actions.length === 0;
    if (worker.fences.size === 0 || !isOnlyFault() || !faults.hits[0].startsWith('crash-')) return;
    scheduler.schedule(NOTICED_SECONDS * 1000, () => {
      if (!isOnlyFault()) return;
      for (const [key, fence] of worker.fences) {
        const row = rowsOf(this.cloud).stageAt(key);
        const isLeft = row?.fence === fence && row.status === 'RUNNING';
        // While others are at work, the message may wait for its turn.
        if (isLeft && queue.isIdle) {
          this.seen.broken(
            'noticed-in-two-minutes',
            `nobody works on ${row.stage} of ${row.week} since ${worker.name}`,
          );
        }
      }
    });
  }

  /** A worker tells its queue when to deliver its message again. */
  visibilityAsked(worker: Process, seconds: number): void {
    if (!worker.isAtWork || seconds !== CLAIMED_VISIBILITY_SECONDS) return;
    for (const [key, fence] of worker.fences) {
      if ((worker.fencesRead.get(key) ?? 0) > fence) {
        this.seen.broken(
          'fence-holds',
          `${worker.name} keeps its message from others and knows that it has lost ${key}`,
        );
      }
    }
  }
}
