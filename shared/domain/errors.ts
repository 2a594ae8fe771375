/**
 * No retry can mend it: bad input, an impossible constraint. Fails the week at once, with its reason.
 *
 * A class and its errors have one name. It is the retry contract with the state machine, and stands in the status
 * table; it is written out, since a bundler gives classes names of its own.
 */
export class PermanentError extends Error {
  static override readonly name: string = 'PermanentError';
  override readonly name = this.constructor.name;
}

/** An input that cannot be calculated with: the message says where it is wrong and what would be right. */
export class InputError extends PermanentError {
  static override readonly name = 'InputError';
}
