import * as z from './schema.ts';

/** One address as it stands in a header: nothing that could be taken for a second one. */
export const mailAddressSchema = z
  .string()
  .check(
    z.maxLength(254),
    z.regex(/^[^@\s,;:<>"()]+@[^@\s,;:<>"()]+\.[^@\s,;:<>"()]+$/, 'expected an e-mail address'),
  );
