/** What an execution works with, and what its states see of it. */
import type { Clock } from '../../../../shared/pipeline/ports.ts';
import type { JsonObject } from '../data/json.ts';
import type { Branch } from './branch.ts';
import type { HistoryDetails, HistoryEventType } from './history.ts';
import type { TaskTokens } from './tokens.ts';

/** What Lambda answers to an invocation. */
export type LambdaAnswer =
  | { readonly ok: true; readonly payload: unknown }
  /** The function failed: the name of its error, and its message. */
  | { readonly ok: false; readonly error: string; readonly message: string };

/** The services that a state machine calls. */
export interface ServiceCalls {
  /** An error that it rejects with fails the task as `Lambda.<name of the error>`. */
  invokeLambda(functionName: string, payload: unknown): Promise<LambdaAnswer>;
  /** An error that it rejects with fails the task as `SQS.<name of the error>`. */
  sendMessage(queueUrl: string, body: string, groupId?: string): Promise<{ readonly messageId: string }>;
}

export interface Environment {
  readonly clock: Clock;
  /** A number from 0 up to 1, for the jitter of retries. */
  readonly random: () => number;
  readonly services: ServiceCalls;
  readonly tokens: TaskTokens;
  readonly region: string;
  readonly maxHistoryEvents?: number;
}

/** An execution as its states see it. */
export interface RunningExecution {
  readonly environment: Environment;
  /** The part of the context object that is the same in every state. */
  readonly context: JsonObject;
  /**
   * Writes the branch's next event and returns its id.
   * @throws Aborted where the branch or the execution has ended
   */
  record(branch: Branch, type: HistoryEventType, details?: HistoryDetails): number;
  /**
   * Writes an event that follows the branch's newest one but does not become it, and returns its id.
   * @throws Aborted where the branch or the execution has ended
   */
  recordAside(branch: Branch, type: HistoryEventType, details?: HistoryDetails): number;
}
