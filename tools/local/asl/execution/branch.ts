/** One line of work inside an execution: its root, or one iteration of a Map. */
import { Aborted } from '../errors.ts';
import type { Json } from '../data/json.ts';

/** Where a branch stands: a redrive goes on from here. */
export interface Position {
  /** The state that is to be entered, or was and has not been left. */
  readonly name: string;
  readonly input: Json;
  /** The id of its StateEntered event; undefined before there is one. */
  eventId?: number;
  /** Of a Map whose iterations have not all succeeded: those that have begun, by index. */
  iterations?: Branch[] | undefined;
}

export class Branch {
  /** Undefined before the first state, and after the last. */
  position: Position | undefined;
  /** What the last state handed on; undefined before its end. */
  output: Json | undefined;
  /** The state that was entered and not left, of the types whose abortion has an event. */
  entered: 'Task' | 'Map' | undefined;
  private readonly abortActions = new Set<() => void>();
  private over = false;

  /** @param previousEventId the newest event of this branch */
  constructor(public previousEventId: number) {}

  get aborted(): boolean {
    return this.over;
  }

  /** A new branch that goes on from where this one, which has ended, stands. */
  redriven(): Branch {
    const branch = new Branch(this.position?.eventId ?? this.previousEventId);
    branch.position = this.position;
    branch.output = this.output;
    return branch;
  }

  /** Ends the branch: whatever it waits for rejects with {@link Aborted}, and it writes no more events. */
  abort(): void {
    this.over = true;
    const actions = [...this.abortActions];
    this.abortActions.clear();
    for (const action of actions) action();
  }

  /** Runs `action` at once when the branch is aborted; the returned function takes it back. */
  onAbort(action: () => void): () => void {
    if (this.over) action();
    else this.abortActions.add(action);
    return () => void this.abortActions.delete(action);
  }

  /** The promise, or {@link Aborted} if the branch ends first. */
  async orAborted<T>(promise: Promise<T>): Promise<T> {
    let forget = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => {
      forget = this.onAbort(() => reject(new Aborted()));
    });
    try {
      return await Promise.race([promise, aborted]);
    } finally {
      forget();
    }
  }
}
