/** A replay on this computer: a process of its own, which outlives the monitor; the monitor only reads the table. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ReplayRefused } from '../../../shared/pipeline/run/replay.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import type { ReplayRequest } from './source.ts';
import { ROOT } from '../../../infra/root.ts';

const LARDER = join(ROOT, 'tools/larder.js');
const POLL_MS = 200;

/**
 * Resolves when the replay is under way, or over.
 *
 * @param directory the state directory
 * @param isUnderWay whether the table says so
 * @throws ReplayRefused with what the process said where it ended and nothing was replayed
 */
export async function replayInOwnProcess(
  directory: string,
  { runId, weeks, from, reason }: ReplayRequest,
  isUnderWay: () => Promise<boolean>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'larder-replay-'));
  const errors = await open(join(folder, 'errors'), 'w');
  const args = ['replay', runId, '--week', weeks.join(','), '--from', from, `--reason=${reason}`, '--json'];
  const child = spawn(process.execPath, [LARDER, ...args], {
    cwd: dirname(directory),
    stdio: ['ignore', 'ignore', errors.fd],
    // Ctrl+C ends the monitor alone.
    detached: true,
  });
  child.unref();
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const cleanUp = async () => {
    await errors.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (;;) {
      const code = await Promise.race([ended, wait(POLL_MS, 'goes on' as const)]);
      if (code === EXIT.published || code === EXIT.partial) return;
      if (code !== 'goes on') throw new ReplayRefused(await errorText(folder));
      if (await isUnderWay()) return;
    }
  } finally {
    await cleanUp();
  }
}

async function errorText(folder: string): Promise<string> {
  const text = await readFile(join(folder, 'errors'), 'utf8').catch(() => '');
  return text.replace(/^larder: /, '').trim() || 'The replay ended, and does not say why.';
}
