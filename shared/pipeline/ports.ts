/**
 * What the pipeline needs of the world, as small interfaces. Each has an AWS adapter in shared/aws and
 * a local one in tools/local; one contract suite runs on both.
 */
import type { LogEvent } from './log-events.ts';
import type { ForecastPublished } from './events.ts';
import type { Delivery, StageMessage } from './messages.ts';
import type { Stage } from './stages.ts';

/** Time as the pipeline sees it; the local stack and the tests bring their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `action` once after `delayMs`; the returned function cancels it. */
  schedule(delayMs: number, action: () => void): () => void;
}

/** Answers Step Functions callback tasks. Every method throws {@link DeadTokenError} for a closed or unknown token. */
export interface Callbacks {
  succeed(taskToken: string, output: unknown): Promise<void>;
  /** `error` is the name of the error's class: it is the retry contract with the state machine. */
  fail(taskToken: string, error: string, cause: string): Promise<void>;
  heartbeat(taskToken: string): Promise<void>;
}

/** The queues of the three stages. */
export interface StageQueues {
  send(message: StageMessage): Promise<void>;
  /** A message that is being handled is delivered again after `seconds` from now, unless it is acknowledged before. */
  changeVisibility(stage: Stage, delivery: Delivery, seconds: number): Promise<void>;
}

/** Executions of the run's state machine. */
export interface Executions {
  /** Starts an execution; a second start with the same name and input is the same execution, also when it has ended. */
  start(name: string, input: unknown): Promise<void>;
  /** Ends a running execution; one that has ended already stays as it is. */
  stop(name: string, cause: string): Promise<void>;
  status(name: string): Promise<ExecutionStatus>;
}

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'UNKNOWN';

/** A flat store of immutable or replaceable blobs: artifacts, or the published files. */
export interface Blobs {
  put(key: string, body: Uint8Array, contentType: string): Promise<void>;
  /** @throws {@link NotFoundError} where there is none. */
  get(key: string): Promise<Uint8Array>;
}

/** A blob as it stood when it was read; another state of it has another `version`. */
export interface VersionedBlob {
  readonly body: Uint8Array;
  readonly version: string;
}

/** Blobs that several writers may replace without taking each other's back. */
export interface VersionedBlobs extends Blobs {
  /** What is there now; undefined for nothing. */
  find(key: string): Promise<VersionedBlob | undefined>;
  /**
   * Writes the blob, if it still is at `expectedVersion` (undefined: there is none).
   * @returns false, and writes nothing, where another writer was first. A caller whose answer was lost on the way
   *   may be told so of its own write.
   */
  replace(key: string, body: Uint8Array, contentType: string, expectedVersion: string | undefined): Promise<boolean>;
}

export interface Mail {
  /** The revision that it tells of: what comes back of the mail comes back with these. */
  readonly runId: string;
  readonly revision: number;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly replyTo?: string;
  readonly attachments?: readonly MailAttachment[];
}

export interface MailAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** The HTML shows it where it says `cid:<contentId>`; without one it is a file to open. */
  readonly contentId?: string;
}

export interface Mailer {
  /**
   * Sends one mail, or asks once at most; returns the provider's message id.
   *
   * @throws MailThrottled where it was not taken and may be later, MailUnanswered where nobody knows, anything
   * else where it was not sent
   */
  send(mail: Mail): Promise<string>;
}

export interface Events {
  forecastPublished(detail: ForecastPublished): Promise<void>;
}

/** One structured line a call; never given a task token. */
export interface Log {
  info(event: LogEvent, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: LogEvent, fields?: Readonly<Record<string, unknown>>): void;
  error(event: LogEvent, fields?: Readonly<Record<string, unknown>>): void;
}

/** An item of the status table: `pk` and `sk` are its key, `version` rises with every write. */
export interface TableItem {
  readonly pk: string;
  readonly sk: string;
  readonly version: number;
}

/**
 * The status table as a compare-and-swap store. Reads are strongly consistent, those of an index
 * eventually. A conditional put on `version` is all the concurrency control that the protocol needs, and
 * every engine has it.
 */
export interface Table {
  get(pk: string, sk: string): Promise<TableItem | undefined>;
  /**
   * Writes the item as version `expectedVersion + 1`, if it stands at `expectedVersion` (0: does not exist).
   * @returns false, and writes nothing, where another writer was first.
   */
  put(item: TableItem, expectedVersion: number): Promise<boolean>;
  /** Items of one partition whose sort key begins with `skPrefix`, in its order. */
  query(pk: string, skPrefix: string): Promise<TableItem[]>;
  /** Run items, newest first. `unfinished`: only those that have not ended. */
  runs(filter: 'all' | 'unfinished', limit: number): Promise<TableItem[]>;
}
