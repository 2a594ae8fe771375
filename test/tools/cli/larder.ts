/** `larder …` in a folder, as a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';

const LARDER = resolve('tools/larder.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function larderIn(folder: string) {
  return (args: readonly string[], during?: (child: ChildProcess) => void): Promise<Ended> =>
    new Promise((done) => {
      const env = { ...process.env, NODE_NO_WARNINGS: '1' };
      const child = spawn(process.execPath, [LARDER, ...args], { cwd: folder, env });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
      child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
      child.on('close', (code) => done({ code, stdout, stderr }));
      during?.(child);
    });
}
