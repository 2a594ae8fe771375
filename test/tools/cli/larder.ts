/** `larder` in a folder, as a process of its own. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Summary } from '../../../shared/report/summary.ts';
import { LARDER, runNode, type Ended } from '../../../tools/verify/node-process.ts';

export type { Ended };
export type Larder = ReturnType<typeof larderIn>;

export function larderIn(folder: string) {
  const env = { ...process.env, NODE_NO_WARNINGS: '1' };
  return (args: readonly string[], during?: (child: ChildProcess) => void): Promise<Ended> =>
    runNode([LARDER, ...args], { cwd: folder, env }, during);
}

/** What `larder run --json` and `larder replay --json` print. */
export type Printed = Summary & { readonly output: string };
export const printed = ({ stdout }: Ended) => JSON.parse(stdout) as Printed;

/** A run of few scenarios of the inputs in `in`, which all succeed. */
export async function runOf(larder: Larder, ...args: string[]): Promise<Printed> {
  const ended = await larder(['run', '--input', 'in', '--scenarios', '30', '--json', ...args]);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  return printed(ended);
}

/** The rows of a published file of the run. */
export function csvOf({ output }: Printed, file: string): Record<string, string>[] {
  return parse(readFileSync(join(output, file)), { columns: true });
}

/** A new folder, removed after the tests of the file that asks for it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'larder-test-'));
  // A replay that the monitor started may be about to end.
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

/** The files of the mails that runs in the folder have sent. */
export function mailsIn(folder: string): string[] {
  const mail = join(folder, '.larder', 'mail');
  return readdirSync(mail).map((name) => join(mail, name));
}
