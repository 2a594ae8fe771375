import { publish } from '../../../functions/publisher/handler.ts';
import { sendOnce } from '../../../functions/publisher/mail-once.ts';
import { MailThrottled, MailUnanswered } from '../../../shared/pipeline/errors.ts';
import { mailAsOf } from '../../../shared/pipeline/table/mail-status.ts';
import type { Mail } from '../../../shared/pipeline/ports.ts';
import { RUN } from '../../shared/pipeline/world.ts';
import { Publication, WEEKS } from './publication.ts';

const mail: Mail = {
  runId: 'run-1',
  revision: 2,
  from: 'larder@example.com',
  to: ['planning@example.com'],
  subject: 'Forecast',
  text: 'text',
  html: '<p>text</p>',
};

async function published(mailer?: { send: () => Promise<string> }) {
  const publication = await Publication.of(WEEKS);
  const deps = mailer ? { ...publication.deps, mailer } : publication.deps;
  return { publication, deps };
}

async function stateOf({ world }: Publication) {
  return (await world.store.revisions(RUN))[0].mail;
}

describe('one mail per revision', () => {
  it('is sent once by publishers that run at the same time', async () => {
    const { publication, deps } = await published();
    await Promise.all([1, 2, 3].map(() => publish(deps, { runId: RUN })));
    expect(publication.mails).toHaveLength(1);
    expect(await stateOf(publication)).toMatchObject({ state: 'SENT', messageId: 'mail-1' });
  });

  it('is not sent again when the process died between sending and recording, and is marked in the end', async () => {
    const { publication, deps } = await published();
    let isAlive = true;
    const mailer = {
      send: (sent: Mail) => {
        isAlive = false;
        return deps.mailer.send(sent);
      },
    };
    // A process that is gone writes nothing any more.
    const { store } = publication.world;
    const dying = Object.create(store, {
      updateRevision: {
        value: (...call: Parameters<typeof store.updateRevision>) =>
          isAlive ? store.updateRevision(...call) : Promise.reject(new Error('gone')),
      },
    }) as typeof store;
    await expect(publish({ ...deps, store: dying, mailer }, { runId: RUN })).rejects.toThrow('gone');
    expect(publication.mails).toHaveLength(1);

    expect(await publish(deps, { runId: RUN })).toMatchObject({ status: 'PUBLISHED' });
    expect(await stateOf(publication)).toMatchObject({ state: 'SENDING' });
    expect(publication.events).toHaveLength(1);

    await publication.world.clock.advance(301);
    const stored = await stateOf(publication);
    expect(mailAsOf(stored, publication.world.clock.now())).toMatchObject({ state: 'UNCONFIRMED' });
    await publish(deps, { runId: RUN });
    expect(await stateOf(publication)).toMatchObject({ state: 'UNCONFIRMED' });
    expect(publication.mails).toHaveLength(1);
  });

  it('waits while the service is throttling', async () => {
    let refusals = 3;
    const { publication, deps } = await published();
    const mailer = {
      send: (sent: Mail) => (refusals-- > 0 ? Promise.reject(new MailThrottled('slow down')) : deps.mailer.send(sent)),
    };
    const done = publish({ ...deps, mailer }, { runId: RUN });
    await sending(publication);
    await publication.world.clock.advance(60);
    expect(await done).toMatchObject({ status: 'PUBLISHED' });
    expect(publication.mails).toHaveLength(1);
    expect(await stateOf(publication)).toMatchObject({ state: 'SENT' });
  });

  it('gives up on a service that never stops throttling, and publishes all the same', async () => {
    let asked = 0;
    const send = () => {
      asked++;
      return Promise.reject(new MailThrottled('slow down'));
    };
    const { publication, deps } = await published({ send });
    const done = publish(deps, { runId: RUN });
    await sending(publication);
    await publication.world.clock.advance(60);
    expect(await done).toMatchObject({ status: 'PUBLISHED' });
    expect(asked).toBeGreaterThan(1);
    expect(await stateOf(publication)).toMatchObject({
      state: 'FAILED',
      failure: { error: 'MailThrottled', message: 'slow down' },
    });
    expect(publication.events).toHaveLength(1);
  });

  it('is unconfirmed, and not sent again, where the service did not answer', async () => {
    const { publication, deps } = await published({ send: () => Promise.reject(new MailUnanswered('no answer')) });
    expect(await publish(deps, { runId: RUN })).toMatchObject({ status: 'PUBLISHED' });
    expect(await stateOf(publication)).toMatchObject({ state: 'UNCONFIRMED', failure: { message: 'no answer' } });
    const [record] = await publication.world.store.revisions(RUN);
    await sendOnce(publication.deps, record, mail);
    expect(publication.mails).toHaveLength(0);
  });
});

async function sending(publication: Publication): Promise<void> {
  for (;;) {
    const records = await publication.world.store.revisions(RUN);
    if (records.some(({ mail: { state } }) => state === 'SENDING')) return;
    await new Promise(setImmediate);
  }
}
