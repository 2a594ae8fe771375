/** One execution: its history, its status and its end. */
import type { ExecutionStatus } from '../../../../shared/pipeline/ports.ts';
import { Branch } from './branch.ts';
import type { Environment, RunningExecution } from './environment.ts';
import type { Definition } from '../definition/definition.ts';
import { Aborted, ExecutionNotRedrivable, StateFailure } from '../errors.ts';
import type { HistoryDetails, HistoryEvent, HistoryEventType } from './history.ts';
import { runStates } from './interpreter.ts';
import type { Json, JsonObject } from '../data/json.ts';
import { MAX_HISTORY_EVENTS } from '../limits.ts';

/** How an execution ended. */
export interface ExecutionResult {
  readonly status: Exclude<ExecutionStatus, 'RUNNING' | 'UNKNOWN'>;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
}

const CLOSING_EVENTS = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
} as const;

export class Execution implements RunningExecution {
  readonly events: HistoryEvent[] = [];
  /** How it ends: the newest redrive's end. */
  ended: Promise<ExecutionResult>;
  private result: ExecutionResult | undefined;
  private resolveEnded: (result: ExecutionResult) => void = () => undefined;
  private root = new Branch(0);
  private readonly startedAt: number;
  private redrives = 0;
  private redrivenAt = 0;
  private cancelTimeout = (): void => undefined;

  constructor(
    readonly environment: Environment,
    private readonly definition: Definition,
    readonly ids: {
      readonly name: string;
      readonly arn: string;
      readonly machine: string;
      readonly machineArn: string;
    },
    readonly input: Json,
    private readonly onEvent: (event: HistoryEvent) => void,
  ) {
    this.startedAt = environment.clock.now();
    this.ended = this.nextEnd();
  }

  get status(): ExecutionStatus {
    return this.result?.status ?? 'RUNNING';
  }

  start(): void {
    this.append(0, 'ExecutionStarted', { input: JSON.stringify(this.input) });
    void this.run(this.root);
  }

  /**
   * Goes on from the states that did not succeed.
   * @throws ExecutionNotRedrivable
   */
  redrive(): void {
    if (!this.result || this.result.status === 'SUCCEEDED') {
      throw new ExecutionNotRedrivable(`ExecutionNotRedrivable: ${this.ids.name} is ${this.status}.`);
    }
    // The redrive's event, and the one that ends it.
    if (this.events.length + 2 > this.historyLimit) {
      throw new ExecutionNotRedrivable(`ExecutionNotRedrivable: the history of ${this.ids.name} is full.`);
    }
    this.result = undefined;
    this.ended = this.nextEnd();
    this.redrives += 1;
    this.redrivenAt = this.environment.clock.now();
    this.append(this.events.length, 'ExecutionRedriven', { redriveCount: this.redrives });
    this.root = this.root.redriven();
    void this.run(this.root);
  }

  /** Runs to the end; never rejects. */
  private async run(root: Branch): Promise<void> {
    const { timeoutSeconds } = this.definition;
    if (timeoutSeconds !== undefined) {
      const expire = () => this.end({ status: 'TIMED_OUT', error: 'States.Timeout' });
      this.cancelTimeout = this.environment.clock.schedule(timeoutSeconds * 1000, expire);
    }
    try {
      const output = await runStates(this, this.definition, root, this.input);
      if (!root.aborted) this.end({ status: 'SUCCEEDED', output });
    } catch (thrown) {
      if (!root.aborted) this.end({ status: 'FAILED', ...failureOf(thrown).details() });
    }
  }

  /** Ends a running execution; one that has ended stays as it is. */
  stop(error: string | undefined, cause: string): void {
    this.end({ status: 'ABORTED', cause, ...(error === undefined ? {} : { error }) });
  }

  record(branch: Branch, type: HistoryEventType, details: HistoryDetails = {}): number {
    return (branch.previousEventId = this.recordAside(branch, type, details));
  }

  recordAside(branch: Branch, type: HistoryEventType, details: HistoryDetails = {}): number {
    if (branch.aborted || this.result) throw new Aborted();
    if (this.events.length >= this.historyLimit - 1) {
      const cause = `The execution reached the maximum number of history events (${this.historyLimit}).`;
      this.end({ status: 'FAILED', error: 'States.Runtime', cause });
      throw new Aborted();
    }
    return this.append(branch.previousEventId, type, details);
  }

  get context(): JsonObject {
    const { name, arn, machine, machineArn } = this.ids;
    return {
      Execution: {
        Id: arn,
        Name: name,
        Input: this.input,
        StartTime: new Date(this.startedAt).toISOString(),
        ...(this.redrives === 0
          ? {}
          : { RedriveCount: this.redrives, RedriveTime: new Date(this.redrivenAt).toISOString() }),
      },
      StateMachine: { Id: machineArn, Name: machine },
    };
  }

  private get historyLimit(): number {
    return this.environment.maxHistoryEvents ?? MAX_HISTORY_EVENTS;
  }

  private nextEnd(): Promise<ExecutionResult> {
    return new Promise((resolve) => (this.resolveEnded = resolve));
  }

  private end(result: ExecutionResult): void {
    if (this.result) return;
    this.result = result;
    this.cancelTimeout();
    const { status, output, ...details } = result;
    const closing = output === undefined ? details : { ...details, output: JSON.stringify(output) };
    // The events of a stop and of a time-out follow none, as recorded histories show.
    const outside = status === 'ABORTED' || status === 'TIMED_OUT';
    this.append(outside ? 0 : this.root.previousEventId, CLOSING_EVENTS[status], closing);
    this.root.abort();
    this.resolveEnded(result);
  }

  private append(previousEventId: number, type: HistoryEventType, details: HistoryDetails): number {
    const event = {
      id: this.events.length + 1,
      previousEventId,
      timestamp: this.environment.clock.now(),
      type,
      details,
    };
    this.events.push(event);
    this.onEvent(event);
    return event.id;
  }
}

/** Anything but a failed state is a fault of the interpreter; the execution must not hang on it. */
function failureOf(thrown: unknown): StateFailure {
  return thrown instanceof StateFailure ? thrown : new StateFailure('States.Runtime', `Local stack: ${String(thrown)}`);
}
