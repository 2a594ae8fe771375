/**
 * One mail per revision, at most (docs/decisions/one-mail-at-most.md).
 *
 *     NONE ──► SENDING ──► SENT          the service took it
 *                │    ├──► FAILED        it did not; the failure says why
 *                │    └──► UNCONFIRMED   asked, and no answer: it may have gone out
 *                └ found SENDING by a later call: the process died in between ──► UNCONFIRMED, not sent again
 *
 * What the service says of a mail after it took it (functions/failure-recorder/mail-report.ts) may be recorded
 * before its answer is: BOUNCED, COMPLAINED and FAILED stay.
 *
 * SES has no idempotency key, so one of two wrongs must be chosen. A second mail with the same numbers makes
 * planners doubt both; a missing one is seen in the status table and in the outputs.
 */
import { LogEvent } from '../../shared/pipeline/log-events.ts';
import { randomUUID } from 'node:crypto';
import { failureOf, MailThrottled, MailUnanswered } from '../../shared/pipeline/errors.ts';
import { mailAsOf } from '../../shared/pipeline/table/mail-status.ts';
import type { Clock, Mail } from '../../shared/pipeline/ports.ts';
import type { MailStatus, RevisionRecord } from '../../shared/pipeline/table/records.ts';
import type { PublisherDeps } from './deps.ts';

type Deps = Pick<PublisherDeps, 'store' | 'mailer' | 'clock' | 'log'>;

/** Waits between attempts while the service is throttling: it did not take the mail, so none is sent twice. */
const THROTTLE_WAITS_MS = [1_000, 2_000, 4_000, 8_000];

/** Sends the revision's mail unless that was tried before. A refused mail does not fail the publication. */
export async function sendOnce(deps: Deps, record: RevisionRecord, mail: Mail): Promise<void> {
  const since = new Date(deps.clock.now()).toISOString();
  const sender = randomUUID();
  const after = await deps.store.updateRevision(record.runId, record.revision, (now) => {
    if (now?.mail.state === 'NONE') return { ...now, mail: { state: 'SENDING', since, sender } };
    if (now?.mail.state !== 'SENDING') return undefined;
    const mail = mailAsOf(now.mail, deps.clock.now());
    return mail.state === 'SENDING' ? undefined : { ...now, mail };
  });
  if (after?.mail.state !== 'SENDING' || after.mail.sender !== sender) return;
  const status = await attempt(deps, mail, since);
  await deps.store.updateRevision(record.runId, record.revision, (now) =>
    now?.mail.state === 'SENDING' || now?.mail.state === 'UNCONFIRMED' ? { ...now, mail: status } : undefined,
  );
}

async function attempt(deps: Deps, mail: Mail, since: string): Promise<MailStatus> {
  try {
    const messageId = await sendPatiently(deps, mail);
    deps.log.info(LogEvent.MailSent, { messageId });
    return { state: 'SENT', messageId, at: new Date(deps.clock.now()).toISOString() };
  } catch (error) {
    const failure = failureOf(error);
    deps.log.error(LogEvent.MailFailed, { ...failure });
    if (error instanceof MailUnanswered) return { state: 'UNCONFIRMED', since, failure };
    return { state: 'FAILED', failure, at: new Date(deps.clock.now()).toISOString() };
  }
}

async function sendPatiently({ mailer, clock, log }: Deps, mail: Mail): Promise<string> {
  for (const wait of THROTTLE_WAITS_MS) {
    try {
      return await mailer.send(mail);
    } catch (error) {
      if (!(error instanceof MailThrottled)) throw error;
      log.warn(LogEvent.MailThrottled, { waitMs: wait });
      await passed(clock, wait);
    }
  }
  return await mailer.send(mail);
}

function passed(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.schedule(ms, resolve);
  });
}
