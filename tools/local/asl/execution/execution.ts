/** One execution: its history, its status and its end. */
import type { ExecutionStatus } from '../../../../shared/pipeline/ports.ts';
import { Branch } from './branch.ts';
import type { Environment, RunningExecution } from './environment.ts';
import type { Definition } from '../definition/definition.ts';
import { Aborted, StateFailure } from '../errors.ts';
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
  readonly ended: Promise<ExecutionResult>;
  private result: ExecutionResult | undefined;
  private resolveEnded: (result: ExecutionResult) => void = () => undefined;
  private readonly root = new Branch(0);
  private readonly startedAt: number;
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
    this.ended = new Promise((resolve) => (this.resolveEnded = resolve));
  }

  get status(): ExecutionStatus {
    return this.result?.status ?? 'RUNNING';
  }

  /** Runs to the end; never rejects. */
  async run(): Promise<void> {
    this.append(0, 'ExecutionStarted', { input: JSON.stringify(this.input) });
    const { timeoutSeconds } = this.definition;
    if (timeoutSeconds !== undefined) {
      const expire = () => this.end({ status: 'TIMED_OUT', error: 'States.Timeout' });
      this.cancelTimeout = this.environment.clock.schedule(timeoutSeconds * 1000, expire);
    }
    try {
      const output = await runStates(this, this.definition, this.root, this.input);
      this.end({ status: 'SUCCEEDED', output });
    } catch (thrown) {
      if (!(thrown instanceof Aborted)) this.end({ status: 'FAILED', ...failureOf(thrown).details() });
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
    const limit = this.environment.maxHistoryEvents ?? MAX_HISTORY_EVENTS;
    if (this.events.length >= limit - 1) {
      const cause = `The execution reached the maximum number of history events (${limit}).`;
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
      },
      StateMachine: { Id: machineArn, Name: machine },
    };
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
