/** Which call a fault hits, and what a plan's faults may cost in time. */
import type { Clocks } from './cloud/clocks.ts';
import type { Fault, Op, Plan } from './plan.ts';

/** A call that a fault may hit. */
export interface Call {
  readonly op: Op;
  /** Whose call it is, or whom it calls. */
  readonly role: string;
  /** What it is about: a call of the same subject is a repetition. */
  readonly subject: string;
  /** The caller has told the queue that it is at work: if it dies, its message comes back in so many seconds. */
  readonly backInSeconds?: number;
}

export class Faults {
  private readonly counts = new Map<string, number>();
  private readonly pending: Fault[];
  private readonly repeating: { fault: Fault; call: Call; left: number }[] = [];
  /** Calls of ports so far. */
  calls = 0;
  /** Seconds that the faults so far may have kept an answer waiting, at most. */
  costSeconds = 0;
  readonly hits: string[] = [];

  constructor(
    plan: Plan,
    private readonly clocks: Clocks,
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
  hit(call: Call): Fault | undefined {
    const { op, role, subject } = call;
    this.calls += 1;
    this.onCall(this.calls);
    if (this.pending.length === 0 && this.repeating.length === 0) return undefined;
    const ofOp = this.count(op);
    const ofRole = this.count(`${op} ${role}`);
    const again = this.repeating.find(
      (one) => one.left > 0 && one.call.op === op && one.call.role === role && one.call.subject === subject,
    );
    if (again) {
      again.left -= 1;
      return this.struck(again.fault, call);
    }
    const at = this.pending.findIndex((fault) => {
      if (fault.op === undefined) return fault.nth === this.calls;
      if (fault.role === undefined) return fault.op === op && fault.nth === ofOp;
      return fault.op === op && fault.role === role && fault.nth === ofRole;
    });
    if (at < 0) return undefined;
    const [fault] = this.pending.splice(at, 1);
    if (fault.times > 1) this.repeating.push({ fault, call, left: fault.times - 1 });
    return this.struck(fault, call);
  }

  private count(what: string): number {
    const count = (this.counts.get(what) ?? 0) + 1;
    this.counts.set(what, count);
    return count;
  }

  private struck(fault: Fault, call: Call): Fault {
    this.hits.push(`${fault.kind} ${call.op} ${call.role}`);
    this.costSeconds += costOf(fault, call, this.clocks);
    return fault;
  }
}

/** The state machine's request to a queue that is not answered within a minute has failed. */
export const MAX_SEND_SECONDS = 60;
/** Until a delivery that has failed comes again, or until the lease of a worker that has gone is over. */
const COME_BACK_SECONDS = 90;

/** How long a fault may keep a task's answer waiting, in seconds, at most. */
function costOf({ kind, seconds }: Fault, { op, role, backInSeconds }: Call, clocks: Clocks): number {
  if (kind === 'duplicate') return 0;
  // Each try to send a task's message has a task, and clocks, of its own; no task waits while a function is called.
  if (op === 'machine.send') return MAX_SEND_SECONDS;
  if (op.startsWith('machine.')) return 0;
  if (role === 'dead-letter') return clocks.deadLetterVisibility + seconds;
  const back = backInSeconds ?? clocks.visibility;
  // A worker that does not learn that it has the lease leaves it to run out, perhaps until the message is a dead letter.
  if (kind === 'lost-answer' && op === 'table.put') return COME_BACK_SECONDS + clocks.deadLetterVisibility;
  const isOfQueue = op === 'queues.changeVisibility' || op.startsWith('queue.');
  if (kind === 'error' || kind === 'lost-answer') return isOfQueue ? back : COME_BACK_SECONDS;
  if (kind === 'own-conflict') return COME_BACK_SECONDS;
  // A worker that is slow loses its time as well as its delivery.
  return back + seconds;
}
