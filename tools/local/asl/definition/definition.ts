/** A state machine's definition once it has been read: only what the local stack can run. */
import type { Condition } from '../data/choice.ts';
import type { Json } from '../data/json.ts';
import type { Path } from '../data/paths.ts';
import type { Template } from '../data/template.ts';

export interface Definition extends States {
  readonly timeoutSeconds: number | undefined;
}

/** The states of a machine, or of a Map's ItemProcessor. */
export interface States {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

export type State = TaskState | MapState | ChoiceState | PassState | SucceedState | FailState;

interface Named {
  readonly name: string;
}

/** `null`: the path field is null, so that the input, result or output is discarded. */
type Filter = Path | null;

interface InOut extends Named {
  readonly inputPath: Filter;
  readonly outputPath: Filter;
}

interface Flow {
  /** undefined: the state ends its machine. */
  readonly next: string | undefined;
}

interface WithResult {
  readonly resultPath: Filter;
}

/** What a state that does work has: its result's way into the output, and its way out of errors. */
export interface Fallible extends InOut, Flow, WithResult {
  readonly resultSelector: Template | undefined;
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

export interface TaskState extends Fallible {
  readonly type: 'Task';
  readonly integration: 'lambda:invoke' | 'sqs:sendMessage.waitForTaskToken';
  readonly parameters: Template;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

export interface MapState extends Fallible {
  readonly type: 'Map';
  readonly itemsPath: Path;
  readonly itemSelector: Template | undefined;
  /** 0: as many as the service allows. */
  readonly maxConcurrency: number | Path;
  readonly processor: States;
}

export interface ChoiceState extends InOut {
  readonly type: 'Choice';
  readonly choices: readonly { readonly condition: Condition; readonly next: string }[];
  readonly default: string | undefined;
}

export interface PassState extends InOut, Flow, WithResult {
  readonly type: 'Pass';
  readonly parameters: Template | undefined;
  readonly result: Json | undefined;
}

export interface SucceedState extends InOut {
  readonly type: 'Succeed';
}

export interface FailState extends Named {
  readonly type: 'Fail';
  readonly error: string | Path | undefined;
  readonly cause: string | Path | undefined;
}

export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number;
  readonly jitter: boolean;
}

export interface Catcher extends WithResult {
  readonly errorEquals: readonly string[];
  readonly next: string;
}
