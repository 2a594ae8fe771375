/** `larder` processes beside one another in a folder, ended after the tests of the file that starts them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { temporaryFolder } from '../cli/larder.ts';

const LARDER = resolve('tools/larder.js');
const started: ChildProcess[] = [];
// Before the folder goes: hooks run in the order in which they are written.
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
});
export const folder = temporaryFolder();
/** Where the monitor makes its temporary files. */
export const temporary = join(folder, 'tmp');
mkdirSync(temporary);

export function larder(...args: string[]): ChildProcess & { readonly printed: () => string } {
  const child = spawn(process.execPath, [LARDER, ...args], {
    cwd: folder,
    // What the monitor leaves behind is to be seen; the others share the compiled code of every process.
    env: args[0] === 'monitor' ? { ...process.env, TMPDIR: temporary } : process.env,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data.toString()));
  started.push(child);
  return Object.assign(child, { printed: () => text });
}

export async function codeOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

export async function until<T>(question: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await question();
    if (answer !== undefined) return answer;
    await wait(100);
  }
}

export async function get<T>(url: string): Promise<T> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

/** Starts a monitor. @returns its process and its address */
export async function openMonitor(...args: string[]) {
  const monitor = larder('monitor', ...args);
  const url = await until(() => {
    if (monitor.exitCode !== null) throw new Error(`The monitor ended: ${monitor.printed()}`);
    return Promise.resolve(/http:\S+\//.exec(monitor.printed())?.[0]);
  });
  return { monitor, url };
}

/** Generates inputs of two weeks. */
export async function writeInputs(): Promise<void> {
  const args = ['--out', 'in', '--boxes', '300', '--recipes', '12', '--weeks', '2'];
  expect(await codeOf(larder('sample', ...args))).toBe(0);
}
