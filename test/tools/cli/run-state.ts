/** How runs in a folder stand, as `larder` and the log tell it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Larder } from './larder.ts';

interface Status {
  readonly status: string;
  readonly next: readonly string[];
  readonly weeks: readonly {
    readonly menu_week: string;
    readonly status: string;
    readonly attempt: number;
    readonly failure: { readonly error: string; readonly message: string } | null;
    readonly stages: readonly { readonly stage: string; readonly status: string; readonly attempt: number }[];
  }[];
}
export const statusOf = async (larder: Larder, run: string) =>
  JSON.parse((await larder(['status', run, '--json'])).stdout) as Status;

interface Run {
  readonly run_id: string;
  readonly status: string;
  readonly failure: { readonly error: string } | null;
}
/** Newest first. */
export const runsIn = async (larder: Larder) => JSON.parse((await larder(['runs', '--json'])).stdout) as Run[];

interface LogLine {
  readonly event: string;
  readonly runId: string;
  readonly stage?: string;
}

/** Waits for a new line of the folder's log. @returns its run; the log is only read, so the run is not slowed */
export async function logged(folder: string, isIt: (line: LogLine) => boolean): Promise<string> {
  const file = join(folder, '.larder', 'log.jsonl');
  const lines = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []);
  const before = lines().length;
  for (;;) {
    const parsed = lines()
      .slice(before)
      .map((line) => JSON.parse(line) as LogLine);
    const found = parsed.find(isIt);
    if (found) return found.runId;
    await wait(10);
  }
}
