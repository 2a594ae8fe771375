/** `larder run` as a person uses it: real processes, in folders where nothing has run before. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { larderIn, mailsIn, printed, temporaryFolder, type Ended } from '../larder.ts';
import { logged, runsIn, statusOf } from '../run-state.ts';

jest.setTimeout(120_000);
const folder = temporaryFolder();
const input = join(folder, 'in');

/** `larder` in a folder of its own, so that runs can go on side by side. */
function larderOf(name: string) {
  mkdirSync(join(folder, name), { recursive: true });
  return larderIn(join(folder, name));
}
const run = (name: string, ...args: string[]) =>
  larderOf(name)(['run', '--input', input, '--json', '--scenarios', '50', ...args]);

/** A copy of the inputs to be spoilt. */
function inputCopy(name: string): string {
  cpSync(input, join(folder, name), { recursive: true });
  return join(folder, name);
}

const sheet = (output: string, file: string, runId: string) =>
  readFileSync(join(output, file), 'utf8').replaceAll(runId, 'RUN');

describe('larder run', () => {
  let [first, one, reordered, overNewYear, broken]: readonly Ended[] = [];
  beforeAll(async () => {
    const sizes = ['--boxes', '400', '--recipes', '20', '--weeks', '6'];
    expect((await larderOf('.')(['sample', '--out', input, ...sizes])).code).toBe(0);
    const days = join(inputCopy('without-w50'), 'delivery_days.csv');
    writeFileSync(days, readFileSync(days, 'utf8').replace(/2026-W50.*\n/g, ''));
    [first, one, reordered, overNewYear, broken] = await Promise.all([
      run('first', '--label', 'first'),
      run('one', '--max-concurrency', '1', '--weeks', '3'),
      run('reordered', '--weeks', '2026-W51,2026-W49,2026-W50'),
      run('over-new-year', '--weeks', '2', '--start', '2026-W53'),
      larderOf('broken')(['run', '--input', '../without-w50', '--weeks', '3', '--json']),
    ]);
  });

  it('runs four weeks, writes the files, and remembers the run in a later process', async () => {
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const { run_id, output, weeks } = printed(first);
    expect(weeks.map(({ status }) => status)).toEqual(['COMPLETE', 'COMPLETE', 'COMPLETE', 'COMPLETE']);
    expect(readdirSync(output).sort()).toEqual(
      expect.arrayContaining(['email.html', 'ingredients.csv', 'manifest.json', 'summary.json', 'utilisation.csv']),
    );
    expect(await runsIn(larderOf('first'))).toContainEqual(
      expect.objectContaining({ run_id, label: 'first', status: 'PUBLISHED', weeks_done: 4 }),
    );
    expect((await larderOf('first')(['status', run_id])).stdout).toContain('PUBLISHED');
    expect(readFileSync(mailsIn(join(folder, 'first'))[0], 'utf8')).toMatch(/^Subject: .*Forecast/m);
  });

  it('gives the same bytes with any concurrency, in any order of weeks', () => {
    const [a, b] = [printed(one), printed(reordered)];
    for (const file of ['ingredients.csv', 'products.csv', 'recipes.csv', 'utilisation.csv']) {
      expect(sheet(a.output, file, a.run_id)).toBe(sheet(b.output, file, b.run_id));
    }
  });

  it('crosses the year: 2026-W53 is followed by 2027-W01', () => {
    const { weeks } = printed(overNewYear);
    expect(weeks.map(({ menu_week }) => menu_week)).toEqual(['2026-W53', '2027-W01']);
  });

  it('publishes the other weeks when one is impossible, and exits 3', async () => {
    expect(broken.code).toBe(3);
    const { weeks, output, run_id } = printed(broken);
    expect(weeks[1]).toMatchObject({ status: 'FAILED', failure: { error: 'InputRefused' } });
    const reason = 'expected at least one row for 2026-W50';
    expect(readFileSync(join(output, 'email.txt'), 'utf8')).toContain(reason);
    expect((await larderOf('broken')(['status', run_id])).stdout).toContain(reason);
  });

  it('refuses what it cannot read before anything runs, and leaves no run behind', async () => {
    const larder = larderOf('first');
    const before = (await larder(['runs', '--json'])).stdout;
    writeFileSync(join(inputCopy('wrong-header'), 'skus.csv'), 'sku,name\nA,b\n');
    // A folder where the optional file belongs must not pass for its absence.
    const orders = join(inputCopy('folder-for-file'), 'orders.csv');
    rmSync(orders);
    mkdirSync(orders);
    const [ended, validated, folderForFile] = await Promise.all([
      larder(['run', '--input', '../wrong-header']),
      larder(['validate', '--input', '../wrong-header']),
      larder(['run', '--input', '../folder-for-file']),
    ]);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('skus.csv:1 column unit: the column is missing');
    expect(ended.stderr).not.toMatch(/^\s+at /m);
    expect(validated.code).toBe(2);
    expect(folderForFile.stderr).toContain('orders.csv is no file');
    expect((await larder(['runs', '--json'])).stdout).toBe(before);
  });

  it('tells the truth about a run that was killed, and runs again', async () => {
    const larder = larderOf('first');
    const killed = await larder(['run', '--input', input, '--json'], (child) => {
      const isDecided = logged(join(folder, 'first'), ({ event }) => event === 'stage.decided');
      void isDecided.then(() => child.kill('SIGKILL'));
    });
    expect(killed.code).toBeNull();
    const [newest] = await runsIn(larder);
    expect(newest).toMatchObject({ status: 'FAILED', failure: { error: 'Interrupted' } });
    const { weeks } = await statusOf(larder, newest.run_id);
    const stages = weeks.flatMap((week) => week.stages.map(({ status }) => status));
    expect(stages).not.toContain('RUNNING');
    expect((await run('first', '--weeks', '1')).code).toBe(0);
  });

  it('that could not begin is recorded with its reason, and says what to do', async () => {
    const larder = larderOf('long');
    const sizes = ['--boxes', '10', '--recipes', '6', '--weeks', '700'];
    expect(await larder(['sample', '--out', 'in', ...sizes])).toMatchObject({ code: 0 });
    const refused = await larder(['run', '--input', 'in', '--weeks', '700']);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('at most 672 weeks');
    const [{ run_id }] = await runsIn(larder);
    expect(await statusOf(larder, run_id)).toMatchObject({
      status: 'FAILED',
      weeks: [],
      next: [expect.stringContaining('start a new run') as string],
    });
    expect((await larder(['runs'])).stdout).not.toContain('undefined');
  });
});
