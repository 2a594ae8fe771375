import type { MailAttachment } from '../../pipeline/ports.ts';

/** SES takes 10 MB as it travels; the words and the pictures need their part of it. */
const LIMIT_BYTES = 9_000_000;

/** Base64 in lines of 76 characters. */
const encoded = (bytes: number) => Math.ceil((bytes / 3) * 4 * (78 / 76));

/** As many of the files, in their order, as a mail can carry. */
export function fitting(files: readonly MailAttachment[], limit = LIMIT_BYTES): MailAttachment[] {
  let total = 0;
  return files.filter(({ body }) => {
    const next = total + encoded(body.length);
    if (next > limit) return false;
    total = next;
    return true;
  });
}
