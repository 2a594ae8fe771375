import { SendRawEmailCommand, type SESClient } from '@aws-sdk/client-ses';
import { composeMime } from '../pipeline/mime';
import type { Mail, Mailer } from '../pipeline/ports';

export class SesMailer implements Mailer {
  constructor(private readonly client: SESClient) {}

  async send(mail: Mail): Promise<string> {
    const answer = await this.client.send(
      new SendRawEmailCommand({
        Source: mail.from,
        Destinations: [...mail.to],
        RawMessage: { Data: await composeMime(mail) },
      }),
    );
    return answer.MessageId ?? 'unknown';
  }
}
