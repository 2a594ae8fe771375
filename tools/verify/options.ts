/** The options of the programs that verify Larder. */
import { InvalidArgumentError } from '@commander-js/extra-typings';

/**
 * A whole number from 1, of at most so many digits.
 *
 * @param expected the sentence of the error
 * @returns what reads the option's text; throws InvalidArgumentError for any other
 */
export function wholeNumber(maxDigits: number, expected = 'Expected a whole number from 1.') {
  return (text: string): number => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || text.length > maxDigits || number < 1) throw new InvalidArgumentError(expected);
    return number;
  };
}
