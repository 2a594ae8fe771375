/**
 * Versions of what outlives a release: messages in their queues, artifacts in their bucket. A release reads the
 * format that it writes and the one before, so that it can be deployed in the middle of a run
 * (docs/decisions/formats.md).
 */
import { PermanentError } from '../domain/errors.ts';
import { TransientError } from './errors.ts';

/** `v` of the stage messages. */
export const MESSAGE_FORMAT = 1;
/** `v` of the artifacts. Those of release 0.1.0 bear none: theirs is 1. */
export const ARTIFACT_FORMAT = 2;

/**
 * Lets pass what this release reads.
 *
 * @param what has the format, at the beginning of a sentence
 * @param found its version
 * @param newest the version that this release writes
 * @param wayOut what to do about one that is too old
 * @throws PermanentError where it is older than the version before `newest`; {@link TransientError} where it is newer,
 *   as in the middle of a deployment or after a rollback: it comes back until this function is updated as well
 */
export function checkFormat(what: string, found: number, newest: number, wayOut: string): void {
  const reads = newest > 1 ? `${newest - 1} and ${newest}` : String(newest);
  const said = `${what} is of format ${found}, and this release reads ${reads}`;
  if (found > newest) throw new TransientError(`${said}: it is read when this function is updated as well.`);
  if (found < newest - 1) throw new PermanentError(`${said}: ${wayOut}.`);
}
