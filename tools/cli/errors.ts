/** The command was not used as it can be: says what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
