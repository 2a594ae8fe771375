import { fitting } from '../../../../shared/report/mail/attachments.ts';
import { inlinePictures, renderMail } from '../../../../shared/report/mail/mail.ts';
import { composeMime } from '../../../../shared/report/mail/mime.ts';
import { summary } from '../summaries.ts';

describe('attachments', () => {
  const file = (filename: string, size: number) => ({
    filename,
    contentType: 'application/octet-stream',
    body: new Uint8Array(size),
  });

  it('are as many as one mail can carry, as it travels', async () => {
    const files = [file('a', 3_000_000), file('b', 6_000_000), file('c', 2_000_000)];
    const attachments = fitting(files);
    expect(attachments.map(({ filename }) => filename)).toEqual(['a', 'c']);
    const mail = renderMail(summary(), [], 's3://bucket/published/run-1/r1');
    const mime = await composeMime({
      runId: 'run-1',
      revision: 1,
      from: 'a@example.com',
      to: ['b@example.com'],
      ...mail,
      attachments: [...inlinePictures(mail), ...attachments],
    });
    expect(mime.length).toBeLessThan(10_000_000);
  });
});
