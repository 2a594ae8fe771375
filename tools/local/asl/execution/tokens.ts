/**
 * Task tokens, and the API calls that answer them.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
 */
import { DeadTokenError } from '../../../../shared/pipeline/errors.ts';
import type { Callbacks } from '../../../../shared/pipeline/ports.ts';
import { ValidationException } from '../errors.ts';
import { byteSize, type Json } from '../data/json.ts';
import { MAX_CAUSE_CHARACTERS, MAX_ERROR_CHARACTERS, MAX_PAYLOAD_BYTES } from '../limits.ts';

/** The task that waits for an answer. */
export interface WaitingTask {
  succeeded(output: Json): void;
  failed(error: string | undefined, cause: string | undefined): void;
  heartbeat(): void;
}

export class TaskTokens implements Callbacks {
  private readonly waiting = new Map<string, WaitingTask>();
  private readonly closed = new Set<string>();

  /** @param randomToken makes ids that cannot be guessed */
  constructor(private readonly randomToken: () => string) {}

  open(task: WaitingTask): string {
    const token = this.randomToken();
    this.waiting.set(token, task);
    return token;
  }

  /** From now on the token is answered like that of a task that has ended. */
  close(token: string): void {
    if (this.waiting.delete(token)) this.closed.add(token);
  }

  /** @throws ValidationException for an output beyond the limit, which leaves the task waiting, as on AWS */
  async succeed(taskToken: string, output: unknown): Promise<void> {
    // The task sees what has travelled as text.
    const text = JSON.stringify(output ?? null);
    if (byteSize(text) > MAX_PAYLOAD_BYTES) {
      throw new ValidationException(`ValidationException: output is longer than ${MAX_PAYLOAD_BYTES} bytes.`);
    }
    this.take(taskToken).succeeded(JSON.parse(text) as Json);
    return Promise.resolve();
  }

  /** @throws ValidationException for a name or a cause beyond the limit */
  async fail(taskToken: string, error?: string, cause?: string): Promise<void> {
    if ((error ?? '').length > MAX_ERROR_CHARACTERS || (cause ?? '').length > MAX_CAUSE_CHARACTERS) {
      throw new ValidationException('ValidationException: error or cause is too long.');
    }
    this.take(taskToken).failed(error, cause);
    return Promise.resolve();
  }

  async heartbeat(taskToken: string): Promise<void> {
    this.live(taskToken).heartbeat();
    return Promise.resolve();
  }

  private take(token: string): WaitingTask {
    const task = this.live(token);
    this.close(token);
    return task;
  }

  private live(token: string): WaitingTask {
    const task = this.waiting.get(token);
    if (task) return task;
    if (this.closed.has(token)) throw new DeadTokenError('TaskTimedOut: the task has ended.');
    if (token === '') throw new DeadTokenError('InvalidToken: the token is empty.');
    throw new DeadTokenError('TaskDoesNotExist: there is no task with this token.');
  }
}
