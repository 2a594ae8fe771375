/** Replay and cancel, as an operator uses them. */
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Summary } from '../../../shared/report/summary.ts';
import { larderIn, type Ended } from './larder.ts';

jest.setTimeout(120_000);
const folder = mkdtempSync(join(tmpdir(), 'larder-replay-'));
const larder = larderIn(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Printed = Summary & { readonly output: string };
const printed = ({ stdout }: Ended) => JSON.parse(stdout) as Printed;
const mails = () => readdirSync(join(folder, '.larder', 'mail')).length;
interface Status {
  readonly status: string;
  readonly next: readonly string[];
  readonly weeks: readonly {
    readonly menu_week: string;
    readonly status: string;
    readonly attempt: number;
    readonly failure: { readonly error: string; readonly message: string } | null;
    readonly stages: readonly { readonly stage: string; readonly attempt: number }[];
  }[];
}
const statusOf = async (run: string, of = larder) =>
  JSON.parse((await of(['status', run, '--json'])).stdout) as Status;

interface Run {
  readonly run_id: string;
  readonly status: string;
  readonly failure: { readonly error: string } | null;
}
type Larder = ReturnType<typeof larderIn>;
const runs = async (larder: Larder) => JSON.parse((await larder(['runs', '--json'])).stdout) as Run[];

interface LogLine {
  readonly event: string;
  readonly runId: string;
  readonly stage?: string;
}

/** Waits for a new line of the folder's log. @returns its run; the log is only read, so the run is not slowed */
function logged(folder: string, isIt: (line: LogLine) => boolean): Promise<string> {
  const file = join(folder, '.larder', 'log.jsonl');
  const lines = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []);
  const before = lines().length;
  return (async () => {
    for (;;) {
      const parsed = lines()
        .slice(before)
        .map((line) => JSON.parse(line) as LogLine);
      const found = parsed.find(isIt);
      if (found) return found.runId;
      await wait(10);
    }
  })();
}

/** The lines of all weeks but one, without run and revision. */
function otherWeeks(output: string, file: string, week: string): string[] {
  const lines = readFileSync(join(output, file), 'utf8').split('\n');
  return lines.filter((line) => !line.includes(week)).map((line) => line.replace(/^[^,]*,[^,]*,/, ''));
}

const input = (file: string) => join(folder, 'in', file);
const edit = (file: string, change: (text: string) => string) =>
  writeFileSync(input(file), change(readFileSync(input(file), 'utf8')));

let broken: Printed;

beforeAll(async () => {
  const sample = ['sample', '--out', 'in', '--boxes', '400', '--recipes', '20', '--weeks', '4'];
  expect((await larder(sample)).code).toBe(0);
  copyFileSync(input('delivery_days.csv'), join(folder, 'days.csv'));
  edit('delivery_days.csv', (text) => text.replace(/2026-W50.*\n/g, ''));
  const ended = await larder(['run', '--input', 'in', '--json']);
  expect(ended.code).toBe(3);
  broken = printed(ended);
});

describe('larder replay', () => {
  it('says what to do about a failed week, and what it would take', async () => {
    const { next } = await statusOf(broken.run_id);
    expect(next.join('\n')).toContain(`larder replay ${broken.run_id} --week 2026-W50`);
    const before = mails();
    const dry = await larder(['replay', broken.run_id, '--failed', '--dry-run', '--json']);
    expect(dry.code).toBe(0);
    expect(JSON.parse(dry.stdout)).toMatchObject({
      weeks: [{ menu_week: '2026-W50', from: 'extract', attempt: 2 }],
      usd: expect.any(Number) as number,
    });
    expect((await statusOf(broken.run_id)).weeks[1]).toMatchObject({ status: 'FAILED', attempt: 1 });
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
    expect(weeks.map(({ status }) => status)).toEqual(Array(4).fill('COMPLETE'));
    expect(readFileSync(join(output, 'email.txt'), 'utf8')).toMatch(/correct/i);
    expect(mails()).toBe(before + 1);
    for (const file of ['ingredients.csv', 'recipes.csv', 'utilisation.csv'])
      expect(otherWeeks(output, file, '2026-W50')).toEqual(otherWeeks(broken.output, file, '2026-W50'));
    const { status, weeks: rows } = await statusOf(broken.run_id);
    expect(status).toBe('PUBLISHED');
    expect(rows.map(({ attempt }) => attempt)).toEqual([1, 3, 1, 1]);
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
    const { weeks } = await statusOf(broken.run_id);
    expect(weeks[0].stages.map(({ stage, attempt }) => `${stage} ${attempt}`)).toEqual([
      'extract 1',
      'simulate 1',
      'forecast 2',
    ]);
    expect(after.weeks[0].boxes).toBe(broken.weeks[0].boxes);
  });

  it.each([
    [['no-such-run', '--failed', '--reason', 'x'], /There is no run no-such-run/],
    [['RUN', '--reason', 'x'], /Say which weeks/],
    [['RUN', '--failed', '--missing', '--reason', 'x'], /exclude one another/],
    [['RUN', '--failed'], /--reason/],
    [['RUN', '--week', '2026-W49', '--reason', ' '], /--reason: expected why/],
    [['RUN', '--week', '2027-W20', '--reason', 'x'], /has no week 2027-W20; it has 2026-W49, 2026-W50/],
    [['RUN', '--failed', '--reason', 'x'], /has no failed week: there is nothing to replay/],
    [['RUN', '--week', '2026-W49', '--from', 'publish', '--reason', 'x'], /extract, simulate, forecast/],
  ])('%j is refused, and says why', async (args, message) => {
    const ended = await larder(['replay', ...args.map((arg) => (arg === 'RUN' ? broken.run_id : arg))]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).not.toContain('    at ');
  });

  it('--missing makes up for a process that was killed, with the bytes of an undisturbed run', async () => {
    const args = ['run', '--input', join(folder, 'in'), '--json'];
    const slow = [...args, '--scenarios', '5000', '--max-concurrency', '1'];
    // In a folder of its own: a run is compared with, and routed like, the last one before it.
    const aside = mkdtempSync(join(folder, 'aside-'));
    await larderIn(aside)(args);
    const whole = printed(await larderIn(aside)(slow));
    const own = mkdtempSync(join(folder, 'own-'));
    const larder = larderIn(own);
    await larder(args);
    await larder(slow, (child) => {
      // The first week's orders are drawn: some of the run is done, and not all.
      void logged(own, ({ event, stage }) => event === 'stage.committed' && stage === 'simulate').then(() =>
        child.kill('SIGKILL'),
      );
    });
    const killed = (await runs(larder))[0];
    expect(killed).toMatchObject({ status: 'FAILED', failure: { error: 'Interrupted' } });
    const ended = await larder(['replay', killed.run_id, '--missing', '--reason', 'killed', '--json']);
    expect(ended.code).toBe(0);
    const { output, revision } = printed(ended);
    const bytes = (file: string, at: string, run: string, of: number) =>
      readFileSync(join(at, file), 'utf8').replaceAll(`${run},${of},`, '');
    for (const file of ['ingredients.csv', 'utilisation.csv'])
      expect(bytes(file, output, killed.run_id, revision)).toBe(bytes(file, whole.output, whole.run_id, 1));
  });
});

describe('larder cancel', () => {
  it('stops a run: no stage starts, nothing is published or mailed, and a replay is refused', async () => {
    const before = mails();
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
    const { status, weeks } = await statusOf(run);
    expect(status).toBe('CANCELLED');
    expect(weeks.filter((week) => week.status === 'COMPLETE').length).toBeLessThan(4);
    for (const week of weeks) expect(['COMPLETE', 'FAILED']).toContain(week.status);
    expect(mails()).toBe(before);
    const replay = await larder(['replay', run, '--missing', '--reason', 'x']);
    expect(replay.code).toBe(2);
    expect(replay.stderr).toContain('was cancelled; a cancelled run accepts no replay');
    expect((await larder(['cancel', run])).code).toBe(0);
  });

  it('has nothing to do with a run that has ended, or that there is not', async () => {
    expect((await larder(['cancel', broken.run_id])).stderr).toContain('has ended already');
    expect((await larder(['cancel', 'nobody'])).stderr).toContain('There is no run nobody');
  });
});
