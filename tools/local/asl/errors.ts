/** What can go wrong with a state machine: before it runs, at its API, and inside an execution. */

/** The definition uses something that the local stack does not have, or AWS refuses. Thrown before anything runs. */
export class UnsupportedDefinition extends Error {
  override readonly name = 'UnsupportedDefinition';
  /** @param problems one sentence each, that begins with the path in the definition */
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** Another execution of that name has another input. */
export class ExecutionAlreadyExists extends Error {
  override readonly name = 'ExecutionAlreadyExists';
}

/** There is no execution of that name. */
export class ExecutionDoesNotExist extends Error {
  override readonly name = 'ExecutionDoesNotExist';
}

/** The execution runs, has succeeded, or has no room left in its history. */
export class ExecutionNotRedrivable extends Error {
  override readonly name = 'ExecutionNotRedrivable';
}

/** A request that the service's API refuses; nothing has changed. */
export class ValidationException extends Error {
  override readonly name = 'ValidationException';
}

/**
 * A state has failed. Retry and Catch see `error`, or the alias that only they know: a missed heartbeat
 * is `States.Timeout` everywhere else.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';
  constructor(
    readonly error: string | undefined,
    override readonly cause: string | undefined,
    readonly alias?: 'States.HeartbeatTimeout',
  ) {
    super(`${error ?? 'no error'}: ${cause ?? ''}`);
  }

  /** Error and cause, as far as there are any. */
  details(): { error?: string; cause?: string } {
    const { error, cause } = this;
    return { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
  }

  /**
   * Does an ErrorEquals that lists `names` apply?
   *
   * @param by whose it is: the Catch of a task takes States.DataLimitExceeded under States.ALL, as histories that
   * were recorded on AWS show; of the others, the documentation says that they do not
   */
  matches(names: readonly string[], by: 'Catch of a Task' | 'another'): boolean {
    // A runtime error always fails the execution, whatever Retry and Catch say.
    if (this.error === 'States.Runtime') return false;
    return names.some((name) => this.matchesName(name, by));
  }

  private matchesName(name: string, by: 'Catch of a Task' | 'another'): boolean {
    if (name === this.error || name === this.alias) return true;
    if (this.error === 'States.DataLimitExceeded') return name === 'States.ALL' && by === 'Catch of a Task';
    return name === 'States.ALL' || (name === 'States.TaskFailed' && this.error !== 'States.Timeout');
  }
}

/** Unwinds a branch that was aborted; never leaves the interpreter. */
export class Aborted extends Error {
  override readonly name = 'Aborted';
}
