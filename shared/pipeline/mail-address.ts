/** E-mail addresses as they are configured, and as they travel. */
import { domainToASCII } from 'node:url';
import * as z from './schema.ts';

/** Nothing that could be taken for a second address, a name or a comment. */
const LOCAL_PART = /^[^@\s,;:<>"()]+$/;
/** As people write it, in any script; `domainToASCII` alone would drop what follows a "/" or "#". */
const DOMAIN = /^[\p{L}\p{M}\p{N}.。．｡-]+$/u;
const ASCII_DOMAIN = /^([a-z\d-]{1,63}\.)+[a-z][a-z\d-]{1,62}$/;
/** RFC 5321, 4.5.3.1.3, without the angle brackets. */
const MAX_CHARACTERS = 254;

/**
 * One address as it stands in a header. Its domain becomes ASCII (IDNA), so that sender, recipients, headers and the
 * right to send all name the same; a local part beyond ASCII is refused, since SES does not take it
 * (https://docs.aws.amazon.com/ses/latest/APIReference/API_SendRawEmail.html).
 */
export const mailAddressSchema = z.pipe(
  z.string(),
  z.transform((written, context) => {
    const refuse = (message: string) => {
      context.issues.push({ code: 'custom', message, input: written });
      return z.NEVER;
    };
    const at = written.lastIndexOf('@');
    const [local, domain] = [written.slice(0, at), written.slice(at + 1)];
    if (at < 0 || !LOCAL_PART.test(local)) return refuse('expected an e-mail address');
    if (!/^[!-~]+$/.test(local))
      return refuse(`expected ASCII characters before the @: SES sends no mail to "${local}@…"`);
    const ascii = DOMAIN.test(domain) ? domainToASCII(domain) : '';
    const address = `${local}@${ascii}`;
    if (!ASCII_DOMAIN.test(ascii) || address.length > MAX_CHARACTERS) return refuse('expected an e-mail address');
    return address;
  }),
);
