/** Which files a mail carries. */
import type { MailAttachment } from '../../pipeline/ports.ts';

/** SES takes mails of up to 10 MB once they are encoded; text and pictures need the rest. */
const MAX_BYTES = 9_000_000;

/** Bytes in base64, in lines of 76 characters and a line break. */
const encodedBytes = (bytes: number) => Math.ceil((bytes / 3) * 4 * (78 / 76));

/** As many of the files, in their order, as a mail can carry. */
export function fitting(files: readonly MailAttachment[], limitBytes = MAX_BYTES): MailAttachment[] {
  let total = 0;
  return files.filter(({ body }) => {
    const next = total + encodedBytes(body.length);
    if (next > limitBytes) return false;
    total = next;
    return true;
  });
}
