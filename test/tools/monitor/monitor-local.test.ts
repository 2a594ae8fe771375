/** `larder monitor` beside `larder run`, as real processes in one folder: it looks on and is in nobody's way. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ForecastDto, RunDetailDto, RunListDto } from '../../../tools/monitor/dto.ts';

const LARDER = resolve('tools/larder.js');
const folder = mkdtempSync(join(tmpdir(), 'larder-monitor-test-'));
const temporary = join(folder, 'tmp');
jest.setTimeout(240_000);

const started: ChildProcess[] = [];
function larder(...args: string[]): ChildProcess & { readonly printed: () => string } {
  const child = spawn(process.execPath, [LARDER, ...args], {
    cwd: folder,
    // What the monitor leaves behind is to be seen; the others share the compiled code of every process.
    env: args[0] === 'monitor' ? { ...process.env, TMPDIR: temporary } : process.env,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (text += data.toString()));
  started.push(child);
  return Object.assign(child, { printed: () => text });
}

async function codeOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

async function until<T>(question: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await question();
    if (answer !== undefined) return answer;
    await wait(100);
  }
}

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

beforeAll(async () => {
  mkdirSync(temporary);
  const args = ['--out', 'in', '--boxes', '300', '--recipes', '12', '--weeks', '2'];
  expect(await codeOf(larder('sample', ...args))).toBe(0);
});
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

it('shows runs that begin, go on and end while it is open', async () => {
  const monitor = larder('monitor');
  const url = await until(() => Promise.resolve(/http:\S+\//.exec(monitor.printed())?.[0]));
  expect((await get<RunListDto>(`${url}api/runs`)).runs).toEqual([]);

  const run = larder('run', '--input', 'in', '--weeks', '2', '--label', 'watched');
  const seen = await until(async () => {
    const hasEnded = run.exitCode !== null;
    const first = (await get<RunListDto>(`${url}api/runs`)).runs.at(0);
    if (hasEnded && !first) throw new Error(`The run ended unseen. ${run.printed()}`);
    return first;
  });
  expect(seen).toMatchObject({ label: 'watched', weeks: 2 });
  // Two questions at once, while the process that holds the table goes.
  const ended = await until(async () => {
    const [detail] = await Promise.all([
      get<RunDetailDto>(`${url}api/runs/${seen.runId}`),
      get<RunListDto>(`${url}api/runs`),
    ]);
    return detail.run.endedAt === null || run.exitCode === null ? undefined : detail;
  });
  expect(ended.run).toMatchObject({ status: 'PUBLISHED', weeksDone: 2, revision: 1 });
  const forecast = await get<ForecastDto>(`${url}api/runs/${seen.runId}/revisions/1`);
  expect(forecast.weeks.map(({ week }) => week)).toEqual(ended.weeks.map(({ week }) => week));
  expect(forecast.days.length).toBeGreaterThan(0);

  // It looks on, and another run begins all the same.
  const next = larder('run', '--input', 'in', '--weeks', '1', '--label', 'next');
  expect({ code: await codeOf(next), printed: next.printed() }).toMatchObject({ code: 0 });
  const { runs } = await get<RunListDto>(`${url}api/runs`);
  expect(runs.map(({ label }) => label)).toEqual(['next', 'watched']);

  monitor.kill('SIGTERM');
  expect(await codeOf(monitor)).toBe(0);
  expect(readdirSync(temporary).filter((name) => name.startsWith('larder-'))).toEqual([]);
});

it('replays a failed week whose input has been mended, in a process of its own', async () => {
  const days = join(folder, 'in', 'delivery_days.csv');
  const whole = readFileSync(days, 'utf8');
  const lines = whole.trimEnd().split('\n');
  const week = lines[lines.length - 1].split(',')[0];
  writeFileSync(days, lines.filter((line) => !line.startsWith(week)).join('\n'));
  expect(await codeOf(larder('run', '--input', 'in', '--weeks', '2', '--label', 'failing'))).toBe(3);
  const monitor = larder('monitor', '--allow-replay');
  const url = await until(() => Promise.resolve(/http:\S+\//.exec(monitor.printed())?.[0]));
  const { runId } = (await get<RunListDto>(`${url}api/runs`)).runs[0];
  const ask = (from: string) =>
    fetch(`${url}api/runs/${runId}/replay`, {
      method: 'POST',
      headers: { origin: new URL(url).origin, 'x-larder-monitor': '1', 'content-type': 'application/json' },
      body: JSON.stringify({ weeks: [week], from, reason: '--the days are back--' }),
    });
  const tooLate = await ask('forecast');
  expect(tooLate.status).toBe(409);
  expect(await tooLate.json()).toEqual({ error: expect.stringContaining('no committed result of extract') });

  writeFileSync(days, whole);
  const started = await ask('extract');
  expect({ status: started.status, body: await started.json() }).toMatchObject({ status: 200 });
  const after = await until(async () => {
    const detail = await get<RunDetailDto>(`${url}api/runs/${runId}`);
    return detail.run.revision === 2 ? detail : undefined;
  });
  expect(after.weeks.find((one) => one.week === week)).toMatchObject({ status: 'COMPLETE', attempt: 2 });
  expect(after.revisions[1].correction).toMatchObject({ reason: '--the days are back--' });
  monitor.kill('SIGTERM');
  expect(await codeOf(monitor)).toBe(0);
});

it('takes the port that it is given, or says that it is taken', async () => {
  const first = larder('monitor');
  const url = await until(() => Promise.resolve(/http:\S+\//.exec(first.printed())?.[0]));
  const second = larder('monitor', '--port', new URL(url).port);
  expect(await codeOf(second)).toBe(2);
  expect(second.printed()).toMatch(/Port \d+ is taken/);
  first.kill('SIGINT');
  expect(await codeOf(first)).toBe(0);
});
