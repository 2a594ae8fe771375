import { MAIL_STATES, mailTroubles } from '../../../../shared/pipeline/table/mail-status.ts';
import type { MailStatus } from '../../../../shared/pipeline/table/records.ts';

const AT = '2026-11-25T08:00:00.000Z';
const said = (mail: MailStatus) => [MAIL_STATES[mail.state], ...mailTroubles(mail)];

it('what became of a mail is said in words, with who and why', () => {
  expect(said({ state: 'SENT', messageId: 'm', at: AT })).toEqual(['mail sent']);
  expect(said({ state: 'FAILED', failure: { error: 'MessageRejected', message: 'no' }, at: AT })).toEqual([
    'mail failed',
    'MessageRejected: no',
  ]);
  expect(said({ state: 'UNCONFIRMED', since: AT })).toEqual([
    'mail perhaps sent',
    'the process ended before it could note the answer',
  ]);
  const returns = [
    { kind: 'BOUNCED', to: 'ada@acme.example', reason: 'Permanent, NoEmail', at: AT },
    { kind: 'COMPLAINED', to: 'bob@acme.example', reason: 'abuse', at: AT },
  ] as const;
  expect(said({ state: 'BOUNCED', messageId: 'm', returns })).toEqual([
    'mail bounced',
    'not delivered to ada@acme.example: Permanent, NoEmail',
    'marked as spam by bob@acme.example: abuse',
  ]);
});
