/** What became of a revision's mail, as people are told. */
import type { MailReturn, MailStatus } from './records.ts';

/** A publisher that lives has long had its answer by then. */
const UNCONFIRMED_AFTER_MS = 5 * 60 * 1000;

/**
 * The mail's state as of now: one that is being sent for too long was left by a process that died.
 *
 * @param now milliseconds since the epoch
 */
export function mailAsOf(mail: MailStatus, now: number): MailStatus {
  return mail.state === 'SENDING' && now - Date.parse(mail.since) >= UNCONFIRMED_AFTER_MS
    ? { state: 'UNCONFIRMED', since: mail.since }
    : mail;
}

/**
 * The mail's status with what came back of it, whatever came back before and in whatever order.
 *
 * @returns undefined where all of it was known
 */
export function withReturns(
  mail: MailStatus,
  messageId: string,
  returns: readonly MailReturn[],
): MailStatus | undefined {
  const key = ({ kind, to }: MailReturn) => `${kind} ${to}`;
  const known = 'returns' in mail ? mail.returns : [];
  const keys = new Set(known.map(key));
  const fresh = returns.filter((one) => !keys.has(key(one)));
  if (fresh.length === 0) return undefined;
  const all = [...known, ...fresh].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  // Sorted, those that bounced come first.
  return { state: all[0].kind, messageId, returns: all };
}

/** Each state in words. */
export const MAIL_STATES: Readonly<Record<MailStatus['state'], string>> = {
  NONE: 'no mail yet',
  NOT_ASKED: 'nobody asked for a mail',
  SENDING: 'mail is being sent',
  SENT: 'mail sent',
  FAILED: 'mail failed',
  UNCONFIRMED: 'mail perhaps sent',
  BOUNCED: 'mail bounced',
  COMPLAINED: 'mail marked as spam',
};

/** What there is to say of a mail that may not have arrived: a line for each reason. */
export function mailTroubles(mail: MailStatus): string[] {
  if ('returns' in mail)
    return mail.returns.map(({ kind, to, reason }) =>
      kind === 'BOUNCED' ? `not delivered to ${to}: ${reason}` : `marked as spam by ${to}: ${reason}`,
    );
  if ('failure' in mail) return [`${mail.failure.error}: ${mail.failure.message}`];
  return mail.state === 'UNCONFIRMED' ? ['the process ended before it could note the answer'] : [];
}
