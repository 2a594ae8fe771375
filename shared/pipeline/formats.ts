/**
 * Versions of what outlives a release: messages in their queues, artifacts in their bucket. A release reads the
 * format that it writes and the one before, so that it can be deployed in the middle of a run
 * (docs/decisions/formats.md).
 */
/** `v` of the stage messages. */
export const MESSAGE_FORMAT = 1;
/** `v` of the artifacts. Those of release 0.1.0 bear none: theirs is 1. */
export const ARTIFACT_FORMAT = 2;

/**
 * Why this release does not read something; undefined where it does.
 *
 * @param what has the format, at the beginning of a sentence
 * @param found its version
 * @param newest the version that this release writes
 * @param wayOut what to do about one that is too old
 */
export function unreadFormat(what: string, found: number, newest: number, wayOut: string): string | undefined {
  if (found === newest || (found === newest - 1 && found > 0)) return undefined;
  const reads = newest > 1 ? `${newest - 1} and ${newest}` : String(newest);
  const todo = found > newest ? 'it is of a newer release: deploy that, then replay the week' : wayOut;
  return `${what} is of format ${found}, and this release reads ${reads}: ${todo}.`;
}
