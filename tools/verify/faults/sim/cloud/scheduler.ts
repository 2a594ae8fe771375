/**
 * Virtual time: everything that happens is an entry in one queue, ordered by time. Between two entries all that
 * follows from the first one runs to its end, so a run depends on nothing but the entries.
 */
import type { Clock } from '../../../../../shared/pipeline/ports.ts';

interface Entry {
  readonly time: number;
  readonly order: number;
  action: (() => void) | undefined;
}

export type Outcome = 'idle' | 'stopped' | 'endless';

export class Scheduler implements Clock {
  private readonly heap: Entry[] = [];
  private order = 0;
  /** Entries that have happened. */
  steps = 0;

  /** @param time milliseconds since the epoch */
  constructor(private time: number) {}

  now(): number {
    return this.time;
  }

  schedule(delayMs: number, action: () => void): () => void {
    const entry: Entry = { time: this.time + Math.max(0, delayMs), order: this.order++, action };
    this.push(entry);
    return () => {
      entry.action = undefined;
    };
  }

  /** Forgets everything that has not happened yet. */
  clear(): void {
    this.heap.length = 0;
  }

  /**
   * Lets things happen, one after another, until nothing is left.
   *
   * @param isOver asked after every entry; ends the run early
   * @param maxSteps entries after which the run counts as endless
   */
  run(isOver: () => boolean, maxSteps: number): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      // Node runs a tick only when no promise has anything left to do: what an entry began has settled by then.
      const step = () => {
        try {
          const entry = isOver() ? undefined : this.pop();
          if (entry === undefined) return resolve(isOver() ? 'stopped' : 'idle');
          if (++this.steps > maxSteps) return resolve('endless');
          this.time = entry.time;
          entry.action?.();
        } catch (error) {
          return reject(error instanceof Error ? error : new Error(String(error)));
        }
        queueMicrotask(later);
      };
      const later = () => process.nextTick(step);
      queueMicrotask(later);
    });
  }

  private push(entry: Entry): void {
    const { heap } = this;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(entry, heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = entry;
  }

  /** The next entry that was not cancelled. */
  private pop(): Entry | undefined {
    for (;;) {
      const first = this.take();
      if (first === undefined || first.action) return first;
    }
  }

  private take(): Entry | undefined {
    const { heap } = this;
    const first = heap.at(0);
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child += 1;
      if (!isBefore(heap[child], last)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}
