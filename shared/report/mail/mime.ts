/** A mail as the bytes that travel (RFC 5322 and MIME). */
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Mail } from '../../pipeline/ports.ts';

/** Text and HTML alternatives; header values are encoded, so no name can add a header of its own. */
export async function composeMime(mail: Mail): Promise<Buffer> {
  return new MailComposer({
    from: mail.from,
    to: [...mail.to],
    ...(mail.replyTo === undefined ? {} : { replyTo: mail.replyTo }),
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    attachments: (mail.attachments ?? []).map(({ filename, contentType, body, contentId }) => ({
      filename,
      contentType,
      content: Buffer.from(body),
      ...(contentId === undefined ? {} : { cid: contentId, contentDisposition: 'inline' as const }),
    })),
  })
    .compile()
    .build();
}
