/** A Node process, from its start to its end. */
import { spawn, type ChildProcess, type SpawnOptionsWithoutStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ROOT } from '../../infra/root.ts';

export const LARDER = join(ROOT, 'tools/larder.js');

export interface Ended {
  /** Null where it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs Node with these arguments.
 *
 * @param during told the process when it has started
 */
export async function runNode(
  args: readonly string[],
  options: SpawnOptionsWithoutStdio,
  during?: (child: ChildProcess) => void,
): Promise<Ended> {
  const child = spawn(process.execPath, args, options);
  during?.(child);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}
