/** A mail as the bytes that travel (RFC 5322 and MIME). */
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Mail } from './ports';

/** Text and HTML alternatives; header values are encoded, so no name can add a header of its own. */
export async function composeMime(mail: Mail): Promise<Buffer> {
  return new MailComposer({
    from: mail.from,
    to: [...mail.to],
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
  })
    .compile()
    .build();
}
