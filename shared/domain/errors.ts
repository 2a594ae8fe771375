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

/**
 * The text's beginning, in whole characters: none outside the basic plane is cut in half.
 *
 * @param max in UTF-16 code units, as `length` counts; a limit in Unicode characters is never exceeded either
 */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  const endsInside = /[\ud800-\udbff]$/.test(text.slice(0, max)) && /^[\udc00-\udfff]/.test(text.slice(max, max + 1));
  return text.slice(0, endsInside ? max - 1 : max);
}

/** An input that cannot be calculated with: the message says where it is wrong and what would be right. */
export class InputError extends PermanentError {
  static override readonly name = 'InputError';
}
