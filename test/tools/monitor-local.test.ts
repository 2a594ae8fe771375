/** `larder monitor` beside `larder run`, as real processes in one folder: it looks on and is in nobody's way. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ForecastDto, RunDetailDto, RunListDto } from '../../tools/monitor/dto';

const LARDER = resolve('tools/larder.js');
const folder = mkdtempSync(join(tmpdir(), 'larder-monitor-test-'));
const temporary = join(folder, 'tmp');
jest.setTimeout(120_000);

const started: ChildProcess[] = [];
function larder(...args: string[]): ChildProcess & { readonly printed: () => string } {
  const child = spawn(process.execPath, [LARDER, ...args], {
    cwd: folder,
    env: { ...process.env, TMPDIR: temporary },
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
  const seen = await until(async () => (await get<RunListDto>(`${url}api/runs`)).runs.at(0));
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

it('takes the port that it is given, or says that it is taken', async () => {
  const first = larder('monitor');
  const url = await until(() => Promise.resolve(/http:\S+\//.exec(first.printed())?.[0]));
  const second = larder('monitor', '--port', new URL(url).port);
  expect(await codeOf(second)).toBe(2);
  expect(second.printed()).toMatch(/Port \d+ is taken/);
  first.kill('SIGINT');
  expect(await codeOf(first)).toBe(0);
});
