/** One line of work inside an execution: its root, or one iteration of a Map. */
import { Aborted } from '../errors.ts';

export class Branch {
  /** The state that was entered and not left, of the types whose abortion has an event. */
  entered: 'Task' | 'Map' | undefined;
  private readonly abortActions = new Set<() => void>();
  private over = false;

  /** @param previousEventId the newest event of this branch */
  constructor(public previousEventId: number) {}

  get aborted(): boolean {
    return this.over;
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
