/** What has been seen so far, as far as the invariants depend on it. */
import type { Process } from '../cloud/process.ts';
import type { Invariant, Violation } from './invariants.ts';

export class Observations {
  violation: Violation | undefined;
  /** Ids of messages that an operator has sent again. */
  private readonly resentIds = new Set<string>();
  /** When each run was cancelled, by its partition key. */
  private readonly cancelledAt = new Map<string, number>();
  /** Weeks of which a task was answered by hand, as `run week`. */
  readonly answeredByHand = new Set<string>();
  /** Executions that were redriven. */
  readonly redriven = new Set<string>();
  /** What an operator has done, by kind. */
  readonly actions: string[] = [];
  hasRestarted = false;

  /** Notes a broken invariant; only the first counts. */
  broken(invariant: Invariant, message: string): void {
    this.violation ??= { invariant, message };
  }

  resent(ids: readonly string[]): void {
    for (const id of ids) this.resentIds.add(id);
  }

  wasResent(id: string): boolean {
    return this.resentIds.has(id);
  }

  cancelled(pk: string, now: number): void {
    this.cancelledAt.set(pk, this.cancelledAt.get(pk) ?? now);
  }

  /** Whether the run had been cancelled when the process began. */
  wasCancelledFor(process: Process, pk: string): boolean {
    const at = this.cancelledAt.get(pk);
    return at !== undefined && process.startedAt > at;
  }
}
