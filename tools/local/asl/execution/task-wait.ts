/** What a task's attempt waits for: an answer, its time-out, a heartbeat that is missed, or the branch's end. */
import type { TaskState } from '../definition/definition.ts';
import { Aborted, StateFailure } from '../errors.ts';
import type { Json } from '../data/json.ts';
import type { Visit } from './visit.ts';

const none = (): void => undefined;

export class TaskWait {
  /** The output that a callback brings. */
  readonly answer: Promise<Json>;
  private token: string | undefined;
  private readonly over: Promise<never>;
  private endWith: (error: Error) => void = none;
  private succeed: (output: Json) => void = none;
  private cancelTimeout = none;
  private cancelHeartbeat = none;
  private readonly forgetBranch: () => void;

  constructor(private readonly visit: Visit<TaskState>) {
    this.answer = new Promise((resolve) => (this.succeed = resolve));
    this.over = new Promise((_, reject) => (this.endWith = reject));
    // It may reject while nothing waits for it, which is no unhandled rejection.
    this.over.catch(none);
    const { state, run, branch } = visit;
    if (state.timeoutSeconds !== undefined) {
      const expire = () => this.end(new StateFailure('States.Timeout', undefined));
      this.cancelTimeout = run.environment.clock.schedule(state.timeoutSeconds * 1000, expire);
    }
    this.restartHeartbeat();
    this.forgetBranch = branch.onAbort(() => this.end(new Aborted()));
  }

  /** A token whose answer is {@link answer}; it dies with the wait. */
  openToken(): string {
    this.token = this.visit.run.environment.tokens.open({
      succeeded: (output) => {
        this.close();
        this.succeed(output);
      },
      failed: (error, cause) => this.end(new StateFailure(error, cause)),
      // It neither moves the time-out nor writes history.
      heartbeat: () => this.restartHeartbeat(),
    });
    return this.token;
  }

  /** The promise, or whatever ends the wait before it. */
  orOver<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.over]);
  }

  /** Stops the clocks and kills the token, at once: an answer that comes later finds it closed. */
  close(): void {
    this.cancelTimeout();
    this.cancelHeartbeat();
    this.forgetBranch();
    if (this.token !== undefined) this.visit.run.environment.tokens.close(this.token);
  }

  private end(error: Error): void {
    this.close();
    this.endWith(error);
  }

  private restartHeartbeat(): void {
    const { heartbeatSeconds } = this.visit.state;
    if (heartbeatSeconds === undefined) return;
    this.cancelHeartbeat();
    const miss = () => this.end(new StateFailure('States.Timeout', undefined, 'States.HeartbeatTimeout'));
    this.cancelHeartbeat = this.visit.run.environment.clock.schedule(heartbeatSeconds * 1000, miss);
  }
}
