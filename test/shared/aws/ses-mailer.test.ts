import { SesMailer } from '../../../shared/aws/ses-mailer.ts';
import { MailThrottled, MailUnanswered } from '../../../shared/pipeline/errors.ts';
import type { Mail } from '../../../shared/pipeline/ports.ts';

const mail: Mail = {
  runId: 'run-1',
  revision: 2,
  from: 'larder@example.com',
  to: ['planning@example.com'],
  subject: 'Forecast',
  text: 'text',
  html: '<p>text</p>',
};

describe('what the answers of SES mean', () => {
  const failing = (fields: object) =>
    new SesMailer({ send: () => Promise.reject(Object.assign(new Error('said'), fields)) }, 'set');
  const answered = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } });

  it.each([
    ['throttled', answered('Throttling', 400), MailThrottled],
    ['throttled by the API', answered('ThrottlingException', 400), MailThrottled],
    ['an error of its own', answered('InternalFailure', 500), MailUnanswered],
    ['no answer in time', { name: 'TimeoutError' }, MailUnanswered],
    ['a connection that broke', { code: 'ECONNRESET' }, MailUnanswered],
  ])('%s', async (_, fields, meaning) => {
    await expect(failing(fields).send(mail)).rejects.toBeInstanceOf(meaning);
  });

  it.each([
    ['an address that is not verified', answered('MessageRejected', 400)],
    ['a mail that is too large', answered('InvalidParameterValue', 400)],
    ['no connection', { code: 'ENOTFOUND' }],
    ['no credentials', { name: 'CredentialsProviderError' }],
    ['a quota that is used up', { ...answered('Throttling', 400), message: 'Daily message quota exceeded.' }],
  ])('%s: not sent, and nothing to wait for', async (_, fields) => {
    const error: unknown = await failing(fields)
      .send(mail)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(fields);
    expect(error).not.toBeInstanceOf(MailThrottled);
    expect(error).not.toBeInstanceOf(MailUnanswered);
  });
});

it('names the configuration set, and the run and revision that reports on the mail come back with', async () => {
  const inputs: unknown[] = [];
  const send = (command: { input: unknown }) => {
    inputs.push(command.input);
    return Promise.resolve({ MessageId: 'id-1' });
  };
  expect(await new SesMailer({ send } as never, 'set').send(mail)).toBe('id-1');
  expect(inputs).toMatchObject([
    {
      Source: 'larder@example.com',
      Destinations: ['planning@example.com'],
      ConfigurationSetName: 'set',
      Tags: [
        { Name: 'runId', Value: 'run-1' },
        { Name: 'revision', Value: '2' },
      ],
    },
  ]);
});
