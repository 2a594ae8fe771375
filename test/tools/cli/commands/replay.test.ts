/** Replay, as an operator uses it. */
import { copyFileSync, cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { larderIn, mailsIn, printed, temporaryFolder, type Ended, type Printed } from '../larder.ts';
import { logged, runsIn, statusOf } from '../run-state.ts';

jest.setTimeout(120_000);
const folder = temporaryFolder();
const larder = larderIn(folder);
const mails = () => mailsIn(folder).length;

/** The lines of all weeks but one, without run and revision. */
function otherWeeks(output: string, file: string, week: string): string[] {
  const lines = readFileSync(join(output, file), 'utf8').split('\n');
  return lines.filter((line) => !line.includes(week)).map((line) => line.replace(/^[^,]*,[^,]*,/, ''));
}

const input = (file: string) => join(folder, 'in', file);
const edit = (file: string, change: (text: string) => string) =>
  writeFileSync(input(file), change(readFileSync(input(file), 'utf8')));

const REFUSED: readonly (readonly [readonly string[], RegExp])[] = [
  [['no-such-run', '--failed', '--reason', 'x'], /There is no run no-such-run/],
  [['RUN', '--reason', 'x'], /Say which weeks/],
  [['RUN', '--failed', '--missing', '--reason', 'x'], /exclude one another/],
  [['RUN', '--failed'], /--reason/],
  [['RUN', '--week', '2026-W49', '--reason', ' '], /--reason: expected why/],
  [['RUN', '--week', '2027-W20', '--reason', 'x'], /has no week 2027-W20; it has 2026-W49, 2026-W50/],
  [['RUN', '--failed', '--reason', 'x'], /has no failed week: there is nothing to replay/],
  [['RUN', '--week', '2026-W49', '--from', 'publish', '--reason', 'x'], /extract, simulate, forecast/],
];

let broken: Printed;

beforeAll(async () => {
  const sample = ['sample', '--out', 'in', '--boxes', '400', '--recipes', '20', '--weeks', '3'];
  expect((await larder(sample)).code).toBe(0);
  copyFileSync(input('delivery_days.csv'), join(folder, 'days.csv'));
  edit('delivery_days.csv', (text) => text.replace(/2026-W50.*\n/g, ''));
  const ended = await larder(['run', '--input', 'in', '--weeks', '3', '--scenarios', '50', '--json']);
  expect(ended.code).toBe(3);
  broken = printed(ended);
});

describe('larder replay', () => {
  it('says what to do about a failed week, and what it would take', async () => {
    const { next } = await statusOf(larder, broken.run_id);
    expect(next.join('\n')).toContain(`larder replay ${broken.run_id} --week 2026-W50`);
    const before = mails();
    const dry = await larder(['replay', broken.run_id, '--failed', '--dry-run', '--json']);
    expect(dry.code).toBe(0);
    expect(JSON.parse(dry.stdout)).toMatchObject({
      weeks: [{ menu_week: '2026-W50', from: 'extract', attempt: 2 }],
      usd: expect.any(Number) as number,
    });
    expect((await statusOf(larder, broken.run_id)).weeks[1]).toMatchObject({ status: 'FAILED', attempt: 1 });
    expect(mails()).toBe(before);
  });

  it('exits 3 where the week fails again, and publishes nothing new', async () => {
    const again = await larder(['replay', broken.run_id, '--failed', '--reason', 'not mended', '--json']);
    expect(again.code).toBe(3);
    expect(again.stderr).toContain('2026-W50 failed again. InputRefused');
    expect(printed(again).revision).toBe(1);
  });

  it('runs the mended week again, publishes a correction, and leaves the other weeks as they were', async () => {
    copyFileSync(join(folder, 'days.csv'), input('delivery_days.csv'));
    const before = mails();
    const args = ['replay', broken.run_id, '--week', '2026-W50', '--reason', 'days were missing', '--json'];
    const ended = await larder(args);
    expect(ended.code).toBe(0);
    const { revision, output, correction, weeks } = printed(ended);
    expect(revision).toBe(2);
    expect(correction).toMatchObject({ reason: 'days were missing' });
    expect(weeks.map(({ status }) => status)).toEqual(Array(3).fill('COMPLETE'));
    expect(readFileSync(join(output, 'email.txt'), 'utf8')).toMatch(/correct/i);
    expect(mails()).toBe(before + 1);
    for (const file of ['ingredients.csv', 'recipes.csv', 'utilisation.csv'])
      expect(otherWeeks(output, file, '2026-W50')).toEqual(otherWeeks(broken.output, file, '2026-W50'));
    const { status, weeks: rows } = await statusOf(larder, broken.run_id);
    expect(status).toBe('PUBLISHED');
    expect(rows.map(({ attempt }) => attempt)).toEqual([1, 3, 1]);
  });

  it('--from forecast takes a changed cap and keeps the orders', async () => {
    const [, day] = /^2026-W49,([^,]+),/m.exec(readFileSync(input('delivery_days.csv'), 'utf8')) ?? [];
    edit('caps.csv', (text) => text.replace(new RegExp(`^OAK,${day},.*$`, 'm'), `OAK,${day},7`));
    const args = ['replay', broken.run_id, '--week', '2026-W49', '--from', 'forecast', '--reason', 'cap'];
    const ended = await larder([...args, '--json']);
    expect(ended.code).toBe(0);
    const after = printed(ended);
    const oakfield = readFileSync(join(after.output, 'utilisation.csv'), 'utf8')
      .split('\n')
      .find((line) => line.includes(`,OAK,${day},`));
    expect(oakfield?.split(',').slice(5, 7)).toEqual(['7', '7']);
    const { weeks } = await statusOf(larder, broken.run_id);
    expect(weeks[0].stages.map(({ stage, attempt }) => `${stage} ${attempt}`)).toEqual([
      'extract 1',
      'simulate 1',
      'forecast 2',
    ]);
    expect(after.weeks[0].boxes).toBe(broken.weeks[0].boxes);
  });

  describe('refuses, and says why:', () => {
    let refused: readonly Ended[];
    beforeAll(async () => {
      // Each in a copy of the state, so that they run side by side.
      refused = await Promise.all(
        REFUSED.map(([args]) => {
          const copy = mkdtempSync(join(folder, 'copy-'));
          cpSync(join(folder, '.larder'), join(copy, '.larder'), { recursive: true });
          return larderIn(copy)(['replay', ...args.map((arg) => (arg === 'RUN' ? broken.run_id : arg))]);
        }),
      );
    });

    it.each(REFUSED.map(([args, message], at) => [args, message, at] as const))('%j', (_args, message, at) => {
      expect(refused[at].code).toBe(2);
      expect(refused[at].stderr).toMatch(message);
      expect(refused[at].stderr).not.toContain('    at ');
    });
  });
});

it('--missing makes up for a process that was killed, with the bytes of an undisturbed run', async () => {
  const args = ['run', '--input', join(folder, 'in'), '--weeks', '3', '--json'];
  const first = [...args, '--scenarios', '50'];
  const slow = [...args, '--scenarios', '2000', '--max-concurrency', '1'];
  // Each in a folder of its own: a run is compared with, and routed like, the last one before it.
  const [aside, own] = ['aside-', 'own-'].map((name) => mkdtempSync(join(folder, name)));
  const larder = larderIn(own);
  const undisturbed = async () => {
    await larderIn(aside)(first);
    return printed(await larderIn(aside)(slow));
  };
  const disturbed = async () => {
    await larder(first);
    await larder(slow, (child) => {
      // The first week's orders are drawn: some of the run is done, and not all.
      void logged(own, ({ event, stage }) => event === 'stage.committed' && stage === 'simulate').then(() =>
        child.kill('SIGKILL'),
      );
    });
    const [killed] = await runsIn(larder);
    expect(killed).toMatchObject({ status: 'FAILED', failure: { error: 'Interrupted' } });
    const ended = await larder(['replay', killed.run_id, '--missing', '--reason', 'killed', '--json']);
    expect(ended.code).toBe(0);
    return printed(ended);
  };
  const [whole, mended] = await Promise.all([undisturbed(), disturbed()]);
  const bytes = (file: string, { output, run_id, revision }: Printed) =>
    readFileSync(join(output, file), 'utf8').replaceAll(`${run_id},${revision},`, '');
  for (const file of ['ingredients.csv', 'utilisation.csv']) expect(bytes(file, mended)).toBe(bytes(file, whole));
});
