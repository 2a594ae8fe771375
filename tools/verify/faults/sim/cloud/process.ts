/** A process that a fault may strike at any call: it dies, stands still, or waits too long for an answer. */
import type { Clock } from '../../../../../shared/pipeline/ports.ts';
import type { Call } from '../faults.ts';
import type { Op } from '../plan.ts';
import type { SimulatedCloud } from './simulated-cloud.ts';

/** What a library throws when a service refuses or an answer is lost. */
export class ServiceFault extends Error {
  override readonly name = 'ServiceFault';
}

export class Process implements Clock {
  private alive = true;
  private stalledUntil = 0;
  private readonly deathListeners: (() => void)[] = [];
  /** The fence under which it claimed each stage row. */
  readonly fences = new Map<string, number>();
  /** Timers that wait. */
  timers = 0;
  /** The newest error of its work that no retry can mend. */
  permanentError: string | undefined;
  /** Its delivery comes back in so many seconds, as it has asked the queue; absent: it has not asked. */
  backInSeconds: number | undefined;
  /** Whether the work of its stage has begun. */
  isAtWork = false;
  /** The newest fence that it has read of each stage row. */
  readonly fencesRead = new Map<string, number>();
  readonly startedAt: number;

  /**
   * @param role for example `worker:extract`
   * @param subject what it handles: a message's id, or an execution's name
   */
  constructor(
    private readonly cloud: SimulatedCloud,
    readonly id: number,
    readonly role: string,
    readonly subject: string,
  ) {
    this.startedAt = cloud.scheduler.now();
  }

  get name(): string {
    return `${this.role}#${this.id}`;
  }

  get isAlive(): boolean {
    return this.alive;
  }

  /** Ends the process: none of its continuations runs again. Requests that it has sent may still arrive. */
  kill(why: string): void {
    if (!this.alive) return;
    this.alive = false;
    this.cloud.note(() => `${this.name} dies: ${why}`);
    for (const listener of this.deathListeners) listener();
  }

  onDeath(listener: () => void): void {
    this.deathListeners.push(listener);
  }

  now(): number {
    return this.cloud.scheduler.now();
  }

  schedule(delayMs: number, action: () => void): () => void {
    let waits = true;
    this.timers += 1;
    const end = () => {
      if (waits) this.timers -= 1;
      waits = false;
    };
    const cancel = this.cloud.scheduler.schedule(delayMs, () =>
      this.resume(() => {
        if (!waits) return;
        end();
        action();
      }),
    );
    return () => {
      end();
      cancel();
    };
  }

  /**
   * One call of a service: a request that arrives later, has its effect at once, and an answer that comes later.
   *
   * @param effect what the service does; may throw the error that the service answers with
   * @param takesMs how long the service takes beyond the way there and back
   */
  call<T>(op: Op, what: string, effect: () => T | Promise<T>, takesMs = 0): Promise<T> {
    const { cloud } = this;
    if (!this.alive) return new Promise(() => undefined);
    const fault = cloud.faults.hit(this.asCall(op));
    if (fault?.kind === 'crash-before') this.kill(`${fault.kind} ${op} ${what}`);
    if (fault?.kind === 'stall') this.stalledUntil = this.now() + fault.seconds * 1000;
    return new Promise<T>((resolve, reject) => {
      if (!this.alive) return;
      const there = cloud.latency() + takesMs + (fault?.kind === 'slow-request' ? fault.seconds * 1000 : 0);
      const back = cloud.latency() + (fault?.kind === 'slow-answer' ? fault.seconds * 1000 : 0);
      const answer = (give: () => void) => cloud.scheduler.schedule(back, () => this.resume(give));
      cloud.scheduler.schedule(there, () => {
        if (fault?.kind === 'error') {
          cloud.note(() => `${this.name} ${op} ${what}: refused`);
          answer(() => reject(new ServiceFault(`${op} was refused`)));
          return;
        }
        try {
          const value = effect();
          cloud.note(() => `${this.name} ${op} ${what}${fault ? ` (${fault.kind})` : ''}`);
          if (fault?.kind === 'crash-after') this.kill(`${fault.kind} ${op}`);
          if (fault?.kind === 'lost-answer') answer(() => reject(new ServiceFault(`the answer of ${op} was lost`)));
          else if (fault?.kind === 'own-conflict' && value === true) answer(() => resolve(false as T));
          else answer(() => resolve(value));
        } catch (error) {
          cloud.note(() => `${this.name} ${op} ${what}: ${(error as Error).name}`);
          answer(() => reject(error instanceof Error ? error : new Error(String(error))));
        }
      });
    });
  }

  private asCall(op: Op): Call {
    const { role, subject, backInSeconds } = this;
    return { op, role, subject, ...(backInSeconds === undefined ? {} : { backInSeconds }) };
  }

  private resume(action: () => void): void {
    if (!this.alive) return;
    const wait = this.stalledUntil - this.now();
    if (wait > 0) this.cloud.scheduler.schedule(wait, () => this.resume(action));
    else action();
  }
}
