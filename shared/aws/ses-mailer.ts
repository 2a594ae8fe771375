/** Mail through SES, which has no idempotency key: a request is sent once, and what its answer means is told apart. */
import { SendRawEmailCommand, SESClient } from '@aws-sdk/client-ses';
import { MailThrottled, MailUnanswered } from '../pipeline/errors.ts';
import type { Mail, Mailer } from '../pipeline/ports.ts';

const THROTTLED = new Set(['Throttling', 'ThrottlingException', 'TooManyRequestsException', 'RequestLimitExceeded']);
/** Errors before anything was sent. */
const NOT_REACHED = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']);

/** A client that never asks twice: after a lost answer, the SDK's own retry would be a second mail. */
export function sesClient(): SESClient {
  return new SESClient({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 60_000, throwOnRequestTimeout: true },
  });
}

export class SesMailer implements Mailer {
  /** @param configurationSet of SES: says what becomes of the mails that it has taken (infra/mail.ts) */
  constructor(
    private readonly client: Pick<SESClient, 'send'>,
    private readonly configurationSet: string,
  ) {}

  async send(mail: Mail): Promise<string> {
    // Loaded by the first mail, and not by every start of the function.
    const { composeMime } = await import('../report/mail/mime.ts');
    const command = new SendRawEmailCommand({
      Source: mail.from,
      Destinations: [...mail.to],
      RawMessage: { Data: await composeMime(mail) },
      ConfigurationSetName: this.configurationSet,
      Tags: [
        { Name: 'runId', Value: mail.runId },
        { Name: 'revision', Value: String(mail.revision) },
      ],
    });
    try {
      const answer = await this.client.send(command);
      return answer.MessageId ?? 'unknown';
    } catch (error) {
      throw meaningOf(error);
    }
  }
}

/** The error as {@link Mailer} tells it. */
function meaningOf(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown;
  const { name, message } = thrown;
  const said = `SES: ${name}: ${message}`;
  // A day's quota is not there again in a few seconds.
  if (THROTTLED.has(name) && !/daily/i.test(message)) return new MailThrottled(said, { cause: thrown });
  const status = statusOf(thrown);
  if (status !== undefined) {
    return status >= 500 ? new MailUnanswered(said, { cause: thrown }) : thrown;
  }
  const code = 'code' in thrown ? String(thrown.code) : name;
  return NOT_REACHED.has(code) || name === 'CredentialsProviderError'
    ? thrown
    : new MailUnanswered(said, { cause: thrown });
}

/** The HTTP status of SES's answer; undefined where there was none. */
function statusOf(error: Error): number | undefined {
  const metadata: unknown = '$metadata' in error ? error.$metadata : undefined;
  const status: unknown =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined;
  return typeof status === 'number' ? status : undefined;
}
