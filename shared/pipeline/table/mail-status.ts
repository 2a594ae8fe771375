/** What became of a revision's mail, as people are told. */
import type { MailStatus } from './records.ts';

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
