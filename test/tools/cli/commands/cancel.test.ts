/** Cancel, as an operator uses it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { larderIn, temporaryFolder, type Ended } from '../larder.ts';
import { logged, runsIn, statusOf } from '../run-state.ts';

jest.setTimeout(120_000);
const folder = temporaryFolder();
const larder = larderIn(folder);

beforeAll(async () => {
  const sample = ['sample', '--out', 'in', '--boxes', '400', '--recipes', '20', '--weeks', '4'];
  expect((await larder(sample)).code).toBe(0);
});

describe('larder cancel', () => {
  it('stops a run: no stage starts, nothing is published or mailed, and a replay is refused', async () => {
    let run = '';
    let cancelled: Promise<Ended> | undefined;
    const slow = ['run', '--input', 'in', '--scenarios', '5000', '--max-concurrency', '1'];
    const ended = await larder(slow, () => {
      cancelled = logged(folder, ({ event }) => event === 'stage.committed').then((id) => {
        run = id;
        return larder(['cancel', id]);
      });
    });
    expect((await cancelled)?.code).toBe(0);
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('RunCancelled') as string });
    const { status, weeks } = await statusOf(larder, run);
    expect(status).toBe('CANCELLED');
    expect(weeks.filter((week) => week.status === 'COMPLETE').length).toBeLessThan(4);
    for (const week of weeks) expect(['COMPLETE', 'FAILED']).toContain(week.status);
    expect(existsSync(join(folder, '.larder', 'mail'))).toBe(false);
    const replay = await larder(['replay', run, '--missing', '--reason', 'x']);
    expect(replay.code).toBe(2);
    expect(replay.stderr).toContain('was cancelled; a cancelled run accepts no replay');
    expect((await larder(['cancel', run])).code).toBe(0);
  });

  it('has nothing to do with a run that has ended, or that there is not', async () => {
    const run = ['run', '--input', 'in', '--weeks', '1', '--scenarios', '20'];
    expect((await larder(run)).code).toBe(0);
    const [{ run_id }] = await runsIn(larder);
    expect((await larder(['cancel', run_id])).stderr).toContain('has ended already');
    expect((await larder(['cancel', 'nobody'])).stderr).toContain('There is no run nobody');
  });
});
