/** Which call a fault hits, and what a plan's faults may cost in time. */
import type { Fault, Op, Plan } from './plan.ts';

/** The visibility timeout of a stage's queue, in seconds. */
const VISIBILITY_SECONDS = 720;

export class Faults {
  private readonly counts = new Map<string, number>();
  private readonly pending: Fault[];
  private readonly repeating: { fault: Fault; op: Op; role: string; subject: string; left: number }[] = [];
  /** Calls of ports so far. */
  calls = 0;
  /** Seconds that the faults so far may have kept an answer waiting, at most. */
  costSeconds = 0;
  readonly hits: string[] = [];

  constructor(
    plan: Plan,
    private readonly onCall: (calls: number) => void,
  ) {
    this.pending = [...plan.faults];
  }

  /** From now on nothing fails. */
  stop(): void {
    this.pending.length = 0;
    this.repeating.length = 0;
  }

  /** Counts a call and returns the fault that hits it. */
  hit(op: Op, role: string, subject: string): Fault | undefined {
    this.calls += 1;
    this.onCall(this.calls);
    if (this.pending.length === 0 && this.repeating.length === 0) return undefined;
    const nth = (this.counts.get(op) ?? 0) + 1;
    this.counts.set(op, nth);
    const again = this.repeating.find(
      (one) => one.left > 0 && one.op === op && one.role === role && one.subject === subject,
    );
    if (again) {
      again.left -= 1;
      return this.struck(again.fault, op, role);
    }
    const at = this.pending.findIndex((fault) =>
      fault.op === undefined ? fault.nth === this.calls : fault.op === op && fault.nth === nth,
    );
    if (at < 0) return undefined;
    const [fault] = this.pending.splice(at, 1);
    if (fault.times > 1) this.repeating.push({ fault, op, role, subject, left: fault.times - 1 });
    return this.struck(fault, op, role);
  }

  private struck(fault: Fault, op: Op, role: string): Fault {
    this.hits.push(`${fault.kind} ${op} ${role}`);
    this.costSeconds += costOf(fault, op, role);
    return fault;
  }
}

function costOf({ kind, seconds }: Fault, op: Op, role: string): number {
  if (kind === 'duplicate') return 0;
  // The dead-letter consumer never shortens the visibility timeout: a dead letter comes again when it is over.
  if (role === 'dead-letter') return VISIBILITY_SECONDS + seconds;
  const isOfQueue = op === 'queues.release' || op.startsWith('queue.') || op.startsWith('machine.');
  // A worker that does not learn that it has the lease leaves it to run out, perhaps until the message is a dead letter.
  if (kind === 'lost-answer' && op === 'table.put') return VISIBILITY_SECONDS;
  if (kind === 'error' || kind === 'lost-answer') return isOfQueue ? VISIBILITY_SECONDS : 90;
  if (kind === 'own-conflict') return 90;
  // A worker that is slow loses its time as well as its delivery.
  return VISIBILITY_SECONDS + seconds;
}
