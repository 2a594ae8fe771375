/**
 * The error classes. The name is the retry contract: the worker protocol retries through the queue what
 * is a {@link TransientError} or unknown, and fails the week at once for a {@link PermanentError}.
 */

/** No retry can mend it: bad input, an impossible constraint. Fails the week at once, with its reason. */
export class PermanentError extends Error {
  override readonly name: string = 'PermanentError';
}

/** The input of a run or of a week is refused. */
export class InputRefused extends PermanentError {
  override readonly name = 'InputRefused';
}

/** The run was cancelled; it takes no more work. */
export class RunCancelled extends PermanentError {
  override readonly name = 'RunCancelled';
}

/** A message that is no message of ours, or that names a run that does not exist. */
export class MessageRefused extends PermanentError {
  override readonly name = 'MessageRefused';
}

/** It may go well the next time: throttling, a time-out, a lost connection. */
export class TransientError extends Error {
  override readonly name: string = 'TransientError';
}

/** The mail service takes mails more slowly than they come: it did not take this one. */
export class MailThrottled extends TransientError {
  override readonly name = 'MailThrottled';
}

/** Nobody knows whether the mail went out: the service was asked, and did not answer or lost its way. */
export class MailUnanswered extends TransientError {
  override readonly name = 'MailUnanswered';
}

/** Another worker holds the stage's lease: the message goes back to the queue. */
export class StageBusy extends TransientError {
  override readonly name = 'StageBusy';
  constructor(
    message: string,
    /** When its lease will have run out, if nobody renews it. */
    readonly retrySeconds: number,
  ) {
    super(message);
  }
}

/** Another worker has taken the stage over: nothing that this one does may be kept. */
export class FenceLost extends TransientError {
  override readonly name = 'FenceLost';
}

/** The task token is closed or was never known. Not an error of the work: the result stands. */
export class DeadTokenError extends Error {
  override readonly name = 'DeadTokenError';
}

/** There is no blob under that key. */
export class NotFoundError extends PermanentError {
  override readonly name = 'NotFoundError';
}

/** Every delivery of the message ended without an answer; it lies in the dead-letter store. */
export class DeliveriesExhausted extends PermanentError {
  override readonly name = 'DeliveriesExhausted';
}

/** What the status table and a callback say of an error. */
export interface Failure {
  readonly error: string;
  readonly message: string;
}

const MESSAGE_CHARACTERS = 4_000;

/** The failure that stands for anything thrown. */
export function failureOf(thrown: unknown): Failure {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { error: error.name, message: error.message.slice(0, MESSAGE_CHARACTERS) };
}
