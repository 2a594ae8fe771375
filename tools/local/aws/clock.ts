/** Clocks for the local stack: the machine's own, and one that tests move by hand. */
import type { Clock } from '../../../shared/pipeline/ports.ts';

export { systemClock } from '../../../shared/pipeline/system-clock.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly action: () => void;
}

/** Rounds of the event loop between two timers, in which promises and local I/O settle. */
const SETTLE_ROUNDS = 3;

/**
 * Time that stands still until it is moved. Timers fire in the order of their time; those of one moment
 * in the order in which they were scheduled. Between two timers, what the first one started may settle.
 */
export class VirtualClock implements Clock {
  private readonly timers = new Set<Timer>();
  private order = 0;

  /** @param time milliseconds since the epoch at which the clock starts */
  constructor(private time = Date.UTC(2026, 0, 1)) {}

  now(): number {
    return this.time;
  }

  schedule(delayMs: number, action: () => void): () => void {
    const timer = { at: this.time + Math.max(0, delayMs), order: this.order++, action };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }

  /** Timers that have not fired yet. */
  get pending(): number {
    return this.timers.size;
  }

  /** Moves on by `ms` milliseconds, firing what falls due on the way. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (let timer = this.next(end); timer; timer = this.next(end)) await this.fire(timer);
    this.time = end;
  }

  /**
   * Fires timers, however far ahead, until none is left.
   * @param limit number of timers after which the work counts as endless
   * @throws Error at the limit
   */
  async runUntilIdle(limit = 100_000): Promise<void> {
    await settle();
    for (let timer = this.next(Number.POSITIVE_INFINITY); timer; timer = this.next(Number.POSITIVE_INFINITY)) {
      if (--limit < 0) throw new Error('The virtual clock was still busy at its limit of timers.');
      await this.fire(timer);
    }
  }

  private next(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers) {
      if (timer.at > end) continue;
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) first = timer;
    }
    return first;
  }

  private async fire(timer: Timer): Promise<void> {
    this.timers.delete(timer);
    this.time = timer.at;
    timer.action();
    await settle();
  }
}

async function settle(): Promise<void> {
  for (let round = 0; round < SETTLE_ROUNDS; round++) await new Promise((done) => setImmediate(done));
}
