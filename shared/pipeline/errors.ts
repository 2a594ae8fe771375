/**
 * The error classes. The class is the retry contract: the worker protocol retries through the queue what
 * is a {@link TransientError} or unknown, and fails the week at once for a {@link PermanentError}.
 */
import { cutText, InputError, PermanentError } from '../domain/errors.ts';

/** The input of a run or of a week is refused. */
export class InputRefused extends PermanentError {
  static override readonly name = 'InputRefused';
}

/** A message that is no message of ours, or that names a run that does not exist. */
export class MessageRefused extends PermanentError {
  static override readonly name = 'MessageRefused';
}

/** It may go well the next time: throttling, a time-out, a lost connection. */
export class TransientError extends Error {
  static override readonly name: string = 'TransientError';
  override readonly name = this.constructor.name;
}

/** The mail service takes mails more slowly than they come: it did not take this one. */
export class MailThrottled extends TransientError {
  static override readonly name = 'MailThrottled';
}

/** Nobody knows whether the mail went out: the service was asked, and did not answer or lost its way. */
export class MailUnanswered extends TransientError {
  static override readonly name = 'MailUnanswered';
}

/** Another worker holds the stage's lease: the message goes back to the queue. */
export class StageBusy extends TransientError {
  static override readonly name = 'StageBusy';
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
  static override readonly name = 'FenceLost';
}

/** The task token is closed or was never known. Not an error of the work: the result stands. */
export class DeadTokenError extends Error {
  static override readonly name: string = 'DeadTokenError';
  override readonly name = this.constructor.name;
}

/** An artifact is of an older format than this release reads. */
export class FormatTooOld extends PermanentError {
  static override readonly name = 'FormatTooOld';
}

/** An artifact is of a newer format than this release reads: it may be read when this function is updated as well. */
export class FormatTooNew extends TransientError {
  static override readonly name = 'FormatTooNew';
}

/** There is no blob under that key. */
export class NotFoundError extends PermanentError {
  static override readonly name = 'NotFoundError';
}

/** What a function that the state machine calls may throw, and is not called again for. */
export const PERMANENT_ERRORS = [
  PermanentError,
  InputError,
  InputRefused,
  MessageRefused,
  NotFoundError,
  FormatTooOld,
] as const;

/** What a failure is called that nobody threw: it was decided, or found out later. */
export const FAILURE_NAMES = {
  /** The run was cancelled; it takes no more work. */
  runCancelled: 'RunCancelled',
  /** Every delivery of the message ended without an answer; its body is kept. */
  deliveriesExhausted: 'DeliveriesExhausted',
  /** The run's execution ended without saying so. */
  interrupted: 'Interrupted',
  /** The revision was made before the week came to an end. */
  notComplete: 'NotComplete',
  /** Nobody recorded why. */
  unknown: 'Unknown',
} as const;

/** What the status table and a callback say of an error. */
export interface Failure {
  readonly error: string;
  readonly message: string;
}

const MESSAGE_CHARACTERS = 4_000;

/** A failure's text as the table keeps it: its beginning, in whole characters. */
export function failureText(text: string): string {
  return cutText(text, MESSAGE_CHARACTERS);
}

/** The failure that stands for anything thrown. */
export function failureOf(thrown: unknown): Failure {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { error: error.name, message: failureText(error.message) };
}
