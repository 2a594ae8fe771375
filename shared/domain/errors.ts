/** An input that no retry can mend: the message says where it is wrong and what would be right. */
export class InputError extends Error {
  override readonly name = 'InputError';
}
