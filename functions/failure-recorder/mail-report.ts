/**
 * What SES reports of a mail that it had taken: that it bounced, was marked as spam, or was rejected. EventBridge
 * brings the reports (infra/mail.ts), at least once and in any order.
 * https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
import { LogEvent } from '../../shared/pipeline/log-events.ts';
import * as z from '../../shared/pipeline/schema.ts';
import { runIdSchema } from '../../shared/pipeline/messages.ts';
import { withReturns } from '../../shared/pipeline/table/mail-status.ts';
import type { MailReturn, MailStatus } from '../../shared/pipeline/table/records.ts';
import type { PipelineDeps } from '../../shared/pipeline/deps.ts';

type MailReportDeps = Pick<PipelineDeps, 'store' | 'log'>;

const bounceSchema = z.object({
  bounceType: z.string(),
  bounceSubType: z.string(),
  bouncedRecipients: z.array(
    // Status and diagnosis are what the recipient's mail server said, where it said anything.
    z.object({ emailAddress: z.string(), status: z.optional(z.string()), diagnosticCode: z.optional(z.string()) }),
  ),
  timestamp: z.string(),
});
const complaintSchema = z.object({
  complainedRecipients: z.array(z.object({ emailAddress: z.string() })),
  complaintSubType: z.nullish(z.string()),
  complaintFeedbackType: z.nullish(z.string()),
  timestamp: z.string(),
});
const eventSchema = z.object({
  mail: z.object({
    mail: z.object({
      messageId: z.string(),
      timestamp: z.string(),
      /** Those that the mailer gave to the mail (shared/aws/ses-mailer.ts). */
      tags: z.object({ runId: z.tuple([runIdSchema]), revision: z.tuple([z.string().check(z.regex(/^\d{1,5}$/))]) }),
    }),
    bounce: z.optional(bounceSchema),
    complaint: z.optional(complaintSchema),
    reject: z.optional(z.object({ reason: z.string() })),
  }),
});
type Report = z.infer<typeof eventSchema>['mail'];
type Bounce = z.infer<typeof bounceSchema>;
type Complaint = z.infer<typeof complaintSchema>;

const MAX_REASON_CHARACTERS = 500;

/** Whether the event is one of these, and not what the state machine caught. */
export function isMailReport(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'mail' in event;
}

/**
 * Records in the revision's mail status who did not get its mail, or wants none.
 *
 * @param event `{mail: <the detail of SES's event>}`
 */
export async function recordMailReport(deps: MailReportDeps, event: unknown): Promise<void> {
  const { mail: report } = eventSchema.parse(event);
  const [runId] = report.mail.tags.runId;
  const revision = Number(report.mail.tags.revision[0]);
  const returns = returnsOf(report);
  if (returns.length === 0 && !report.reject) return;
  const record = await deps.store.updateRevision(runId, revision, (now) => {
    const mail = now && statusAfter(now.mail, report, returns);
    return mail && { ...now, mail };
  });
  // Addresses stay in the table: a log is read by more people.
  const { error, message } = summaryOf(report);
  deps.log.warn(LogEvent.MailReturned, {
    runId,
    revision,
    messageId: report.mail.messageId,
    error,
    message: record ? message : `${message}; the table does not have this revision`,
  });
}

function statusAfter(now: MailStatus, report: Report, returns: readonly MailReturn[]): MailStatus | undefined {
  const { messageId, timestamp } = report.mail;
  if (!report.reject) return withReturns(now, messageId, returns);
  if (now.state === 'FAILED') return undefined;
  const message = `SES took the mail and did not send it: ${report.reject.reason}`;
  return { state: 'FAILED', failure: { error: 'Rejected', message }, at: timestamp };
}

function returnsOf({ bounce, complaint }: Report): MailReturn[] {
  return [...(bounce ? bouncesOf(bounce) : []), ...(complaint ? complaintsOf(complaint) : [])];
}

function bouncesOf({ bounceType, bounceSubType, bouncedRecipients, timestamp }: Bounce): MailReturn[] {
  // "Out of office" comes as a passing bounce as well, without the words of a mail server that refuses.
  // https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html#bounce-types
  const mayBeAnswer = bounceType === 'Transient' && bounceSubType === 'General';
  return bouncedRecipients
    .filter(({ status, diagnosticCode }) => !mayBeAnswer || status !== undefined || diagnosticCode !== undefined)
    .map(({ emailAddress, diagnosticCode }) => ({
      kind: 'BOUNCED',
      to: emailAddress,
      reason: reasonOf(bounceType, bounceSubType, diagnosticCode),
      at: timestamp,
    }));
}

function complaintsOf({ complainedRecipients, ...complaint }: Complaint): MailReturn[] {
  const { complaintSubType, complaintFeedbackType, timestamp } = complaint;
  const reason = reasonOf(complaintSubType, complaintFeedbackType) || 'no reason given';
  return complainedRecipients.map(({ emailAddress }) => ({
    kind: 'COMPLAINED',
    to: emailAddress,
    reason,
    at: timestamp,
  }));
}

function reasonOf(...parts: readonly (string | null | undefined)[]): string {
  const text = parts.filter((part) => part).join(', ');
  return Array.from(text).slice(0, MAX_REASON_CHARACTERS).join('');
}

function summaryOf({ bounce, complaint, reject }: Report): { error: string; message: string } {
  if (bounce)
    return {
      error: 'Bounced',
      message: `${bounce.bounceType}, ${bounce.bounceSubType}; recipients: ${bounce.bouncedRecipients.length}`,
    };
  if (complaint) return { error: 'Complained', message: `recipients: ${complaint.complainedRecipients.length}` };
  return { error: 'Rejected', message: reject?.reason ?? '' };
}
