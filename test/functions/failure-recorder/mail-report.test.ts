import { recordMailReport } from '../../../functions/failure-recorder/mail-report.ts';
import { publish } from '../../../functions/publisher/handler.ts';
import { MailUnanswered } from '../../../shared/pipeline/errors.ts';
import type { Mail } from '../../../shared/pipeline/ports.ts';
import { RUN } from '../../shared/pipeline/world.ts';
import { Publication, WEEKS } from '../publisher/publication.ts';

const AT = '2026-11-25T08:00:00.000Z';

/** As EventBridge hands it on: the detail of SES's event. */
function report(content: object, tags: object = {}): object {
  return {
    mail: {
      eventType: 'Bounce',
      mail: {
        messageId: 'mail-1',
        timestamp: AT,
        destination: ['ada@acme.example'],
        tags: { 'ses:configuration-set': ['set'], runId: [RUN], revision: ['1'], ...tags },
      },
      ...content,
    },
  };
}
const bounce = (emailAddress: string, fields: object = {}) =>
  report({
    bounce: {
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: [{ emailAddress, action: 'failed', status: '5.1.1', diagnosticCode: 'smtp; 550 unknown' }],
      timestamp: AT,
      ...fields,
    },
  });
const complaint = (emailAddress: string) =>
  report({
    complaint: {
      complainedRecipients: [{ emailAddress }],
      complaintSubType: null,
      complaintFeedbackType: 'abuse',
      timestamp: AT,
    },
  });

async function stateOf({ world }: Publication) {
  return (await world.store.revisions(RUN))[0].mail;
}

async function published(send?: (mail: Mail) => Promise<string>) {
  const publication = await Publication.of(WEEKS);
  await publish(send ? { ...publication.deps, mailer: { send } } : publication.deps, { runId: RUN });
  return publication;
}

const BOUNCED_ADA = {
  kind: 'BOUNCED',
  to: 'ada@acme.example',
  reason: 'Permanent, General, smtp; 550 unknown',
  at: AT,
};

describe('what SES reports of a mail that it took', () => {
  it('gathers who did not get it and who marked it as spam, once each, in whatever order', async () => {
    const reports = [bounce('bob@acme.example'), complaint('ada@acme.example'), bounce('ada@acme.example')];
    const states = [];
    for (const order of [
      [0, 1, 2],
      [2, 1, 0, 1, 2],
      [1, 0, 0, 2],
    ]) {
      const publication = await published();
      for (const at of order) await recordMailReport(publication.world.deps, reports[at]);
      states.push(await stateOf(publication));
    }
    expect(states[0]).toEqual({
      state: 'BOUNCED',
      messageId: 'mail-1',
      returns: [
        BOUNCED_ADA,
        { ...BOUNCED_ADA, to: 'bob@acme.example' },
        { kind: 'COMPLAINED', to: 'ada@acme.example', reason: 'abuse', at: AT },
      ],
    });
    expect(states[1]).toEqual(states[0]);
    expect(states[2]).toEqual(states[0]);
  });

  it('is a complaint where nobody missed the mail', async () => {
    const publication = await published();
    await recordMailReport(publication.world.deps, complaint('ada@acme.example'));
    expect(await stateOf(publication)).toMatchObject({ state: 'COMPLAINED' });
  });

  it.each([
    ['taken', () => Promise.resolve('mail-1'), 'SENT'],
    ['not confirmed', () => Promise.reject(new MailUnanswered('no answer')), 'UNCONFIRMED'],
  ])('stays where the publisher notes only afterwards that the mail was %s', async (_, answer, otherwise) => {
    const plain = await published(answer);
    expect(await stateOf(plain)).toMatchObject({ state: otherwise });
    const publication = await Publication.of(WEEKS);
    const send = async () => {
      await recordMailReport(publication.world.deps, bounce('ada@acme.example'));
      return answer();
    };
    await publish({ ...publication.deps, mailer: { send } }, { runId: RUN });
    expect(await stateOf(publication)).toMatchObject({ state: 'BOUNCED', returns: [BOUNCED_ADA] });
  });

  it('makes a rejected mail a failed one', async () => {
    const publication = await published();
    await recordMailReport(publication.world.deps, report({ reject: { reason: 'Bad content' } }));
    expect(await stateOf(publication)).toEqual({
      state: 'FAILED',
      failure: { error: 'Rejected', message: 'SES took the mail and did not send it: Bad content' },
      at: AT,
    });
  });

  it('leaves an automatic answer out, which names no reason', async () => {
    const publication = await published();
    const fields = { bounceType: 'Transient', bouncedRecipients: [{ emailAddress: 'ada@acme.example' }] };
    await recordMailReport(publication.world.deps, bounce('ada@acme.example', fields));
    expect(await stateOf(publication)).toMatchObject({ state: 'SENT' });
    // A mailbox that stayed full is no answer.
    await recordMailReport(
      publication.world.deps,
      bounce('ada@acme.example', { ...fields, bounceSubType: 'MailboxFull' }),
    );
    expect(await stateOf(publication)).toMatchObject({ state: 'BOUNCED' });
  });

  it('is logged for an alarm, without an address', async () => {
    const publication = await published();
    const warn = jest.fn();
    const deps = { ...publication.world.deps, log: { ...publication.world.deps.log, warn } };
    await recordMailReport(deps, bounce('ada@acme.example'));
    expect(warn.mock.calls).toEqual([
      ['mail.returned', expect.objectContaining({ runId: RUN, revision: 1, error: 'Bounced' })],
    ]);
    expect(JSON.stringify(warn.mock.calls)).not.toContain('acme');
  });

  it('of a revision that the table does not have changes nothing', async () => {
    const publication = await published();
    const other = report({ reject: { reason: 'Bad content' } }, { revision: ['7'] });
    await recordMailReport(publication.world.deps, other);
    expect(await publication.world.store.revisions(RUN)).toHaveLength(1);
    await expect(recordMailReport(publication.world.deps, report({}, { runId: [] }))).rejects.toThrow();
  });
});
