/**
 * One mail per revision, at most.
 *
 *     NONE ──► SENDING ──► SENT | FAILED
 *                └ found SENDING by a later call: the process died in between ──► UNCONFIRMED, not sent again
 *
 * SES has no idempotency key, so one of two wrongs must be chosen. A second mail with the same numbers makes
 * planners doubt both; a missing one is seen in the status table and in the outputs.
 */
import { randomUUID } from 'node:crypto';
import { failureOf } from '../../shared/pipeline/errors';
import type { Mail } from '../../shared/pipeline/ports';
import type { MailStatus, RevisionRecord } from '../../shared/pipeline/records';
import type { PublisherDeps } from './handler';

/** A publisher that lives has long had its answer by then. */
const UNCONFIRMED_AFTER_MS = 5 * 60 * 1000;

/** Sends the revision's mail unless that was tried before. A refused mail does not fail the publication. */
export async function sendOnce(
  deps: Pick<PublisherDeps, 'store' | 'mailer' | 'clock' | 'log'>,
  record: RevisionRecord,
  mail: Mail,
): Promise<void> {
  const since = new Date(deps.clock.now()).toISOString();
  const sender = randomUUID();
  const after = await deps.store.updateRevision(record.runId, record.revision, (now) => {
    if (now?.mail.state === 'NONE') return { ...now, mail: { state: 'SENDING', since, sender } };
    if (now?.mail.state !== 'SENDING') return undefined;
    const waited = deps.clock.now() - Date.parse(now.mail.since);
    return waited < UNCONFIRMED_AFTER_MS
      ? undefined
      : { ...now, mail: { state: 'UNCONFIRMED', since: now.mail.since } };
  });
  if (after?.mail.state !== 'SENDING' || after.mail.sender !== sender) return;
  const status = await attempt(deps, mail);
  await deps.store.updateRevision(record.runId, record.revision, (now) => now && { ...now, mail: status });
}

async function attempt(
  deps: Pick<PublisherDeps, 'mailer' | 'clock' | 'log'>,
  mail: Mail,
): Promise<MailStatus> {
  try {
    const messageId = await deps.mailer.send(mail);
    deps.log.info('mail.sent', { messageId });
    return { state: 'SENT', messageId, at: new Date(deps.clock.now()).toISOString() };
  } catch (error) {
    const failure = failureOf(error);
    deps.log.error('mail.failed', { ...failure });
    return { state: 'FAILED', failure, at: new Date(deps.clock.now()).toISOString() };
  }
}
