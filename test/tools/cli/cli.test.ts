/** The command line as a person uses it: real processes in an empty folder. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Summary } from '../../../shared/report/summary.ts';

const LARDER = resolve('tools/larder.js');
const folder = mkdtempSync(join(tmpdir(), 'larder-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
jest.setTimeout(120_000);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function larder(args: readonly string[], during?: (kill: () => void) => void): Promise<Ended> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [LARDER, ...args], { cwd: folder });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    child.on('close', (code) => done({ code, stdout, stderr }));
    during?.(() => child.kill('SIGKILL'));
  });
}

const run = (...args: string[]) => larder(['run', '--input', 'in', '--json', ...args]);
type Printed = Summary & { readonly output: string };
const printed = ({ stdout }: Ended) => JSON.parse(stdout) as Printed;
const sheet = (output: string, file: string, runId: string) =>
  readFileSync(join(output, file), 'utf8').replaceAll(runId, 'RUN');

beforeAll(async () => {
  const sample = await larder(['sample', '--out', 'in', '--boxes', '400', '--recipes', '20', '--weeks', '6']);
  expect(sample.code).toBe(0);
});

describe('larder', () => {
  it('runs four weeks, writes the files, and remembers the run in a later process', async () => {
    const ended = await run('--label', 'first');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const { run_id, output, weeks } = printed(ended);
    expect(weeks.map(({ status }) => status)).toEqual(['COMPLETE', 'COMPLETE', 'COMPLETE', 'COMPLETE']);
    expect(readdirSync(output).sort()).toEqual(
      expect.arrayContaining([
        'email.html',
        'ingredients.csv',
        'manifest.json',
        'summary.json',
        'utilisation.csv',
      ]),
    );
    const runs = JSON.parse((await larder(['runs', '--json'])).stdout) as { run_id: string; label: string }[];
    expect(runs).toContainEqual(
      expect.objectContaining({ run_id, label: 'first', status: 'PUBLISHED', weeks_done: 4 }),
    );
    expect((await larder(['status', run_id])).stdout).toContain('PUBLISHED');
    const mail = join(folder, '.larder', 'mail');
    expect(readFileSync(join(mail, readdirSync(mail)[0]), 'utf8')).toMatch(/^Subject: .*Forecast/m);
  });

  it('gives the same bytes with any concurrency, in any order of weeks', async () => {
    const one = printed(await run('--max-concurrency', '1', '--weeks', '3'));
    const many = printed(await run('--weeks', '2026-W51,2026-W49,2026-W50'));
    for (const file of ['ingredients.csv', 'products.csv', 'recipes.csv', 'utilisation.csv']) {
      expect(sheet(one.output, file, one.run_id)).toBe(sheet(many.output, file, many.run_id));
    }
  });

  it('crosses the year: 2026-W53 is followed by 2027-W01', async () => {
    const { weeks } = printed(await run('--weeks', '2', '--start', '2026-W53'));
    expect(weeks.map(({ menu_week }) => menu_week)).toEqual(['2026-W53', '2027-W01']);
  });

  it('publishes the other weeks when one is impossible, and exits 3', async () => {
    cpSync(join(folder, 'in'), join(folder, 'broken'), { recursive: true });
    const days = join(folder, 'broken', 'delivery_days.csv');
    writeFileSync(days, readFileSync(days, 'utf8').replace(/2026-W50.*\n/g, ''));
    const ended = await larder(['run', '--input', 'broken', '--json']);
    expect(ended.code).toBe(3);
    const { weeks, output, run_id } = printed(ended);
    expect(weeks[1]).toMatchObject({ status: 'FAILED', failure: { error: 'InputRefused' } });
    expect(readFileSync(join(output, 'email.txt'), 'utf8')).toContain(
      'expected at least one row for 2026-W50',
    );
    expect((await larder(['status', run_id])).stdout).toContain('expected at least one row for 2026-W50');
  });

  it('refuses what it cannot read before anything runs, and leaves no run behind', async () => {
    const before = (await larder(['runs', '--json'])).stdout;
    cpSync(join(folder, 'in'), join(folder, 'wrong'), { recursive: true });
    writeFileSync(join(folder, 'wrong', 'skus.csv'), 'sku,name\nA,b\n');
    const ended = await larder(['run', '--input', 'wrong']);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('skus.csv:1 column unit: the column is missing');
    expect(ended.stderr).not.toMatch(/^\s+at /m);
    expect((await larder(['validate', '--input', 'wrong'])).code).toBe(2);
    // A folder where the optional file belongs must not pass for its absence.
    cpSync(join(folder, 'in'), join(folder, 'wrong'), { recursive: true });
    rmSync(join(folder, 'wrong', 'orders.csv'));
    cpSync(join(folder, 'in'), join(folder, 'wrong', 'orders.csv'), { recursive: true });
    expect((await larder(['run', '--input', 'wrong'])).stderr).toContain('orders.csv is no file');
    expect((await larder(['runs', '--json'])).stdout).toBe(before);
  });

  it.each([
    [
      ['run', '--input', 'in', '--weeks', 'four'],
      /--weeks four: "four" is no ISO week; expected a count such as 4/,
    ],
    [['run', '--input', 'in', '--weeks', '99'], /99 weeks were asked for, and weeks\.csv lists 6/],
    [['run', '--input', 'in', '--cap', 'OAK=5'], /--cap OAK=5: expected FACTORY:DATE=N/],
    [['run', '--input', 'in', '--cap', 'ELM:2026-11-30=5'], /there is no factory ELM; expected one of OAK/],
    [['run', '--input', 'in', '--volume', '2026-W49=0'], /volumeMultiplier/],
    [['run', '--input', 'in', '--seed', '-1'], /Expected a whole number/],
    [['run', '--input', 'nowhere'], /nowhere is no folder/],
    [['status', 'nobody'], /There is no run nobody/],
    [['bake'], /unknown command/],
  ])('%j exits 2 with a sentence', async (args, message) => {
    const ended = await larder(args);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });

  it('tells the truth about a run that was killed, and runs again', async () => {
    const log = join(folder, '.larder', 'log.jsonl');
    const size = readFileSync(log).length;
    const killed = await larder(['run', '--input', 'in', '--json'], (kill) => {
      const watch = setInterval(() => {
        if (!existsSync(log) || !readFileSync(log).subarray(size).includes('stage.decided')) return;
        clearInterval(watch);
        kill();
      }, 5);
    });
    expect(killed.code).toBeNull();
    const [newest] = JSON.parse((await larder(['runs', '--json'])).stdout) as {
      status: string;
      failure: { error: string };
    }[];
    expect(newest).toMatchObject({ status: 'FAILED', failure: { error: 'Interrupted' } });
    const status = JSON.parse((await larder(['status', '--json'])).stdout) as {
      weeks: { stages: { status: string }[] }[];
    };
    const stages = status.weeks.flatMap((week) => week.stages.map((stage) => stage.status));
    expect(stages).not.toContain('RUNNING');
    expect((await run('--weeks', '1')).code).toBe(0);
  });
});
