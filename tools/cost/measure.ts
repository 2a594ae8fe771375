/** A real run on the local stack, in a state of its own, that counts what it would ask of AWS. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Meter } from '../local/meter.ts';
import { openLocalStack } from '../local/stack.ts';
import type { Usage } from './cost.ts';

/**
 * @param input a folder of inputs that lists at least `weeks` weeks
 * @throws Error where the run does not publish every week: what a failed run uses says little
 */
export async function measureRun(input: string, weeks: number): Promise<Usage> {
  const folder = mkdtempSync(join(tmpdir(), 'larder-cost-'));
  const meter = new Meter();
  const stack = await openLocalStack(join(folder, 'state'), { meter });
  try {
    // One week at a time: a function's time is its own, not that of others it shares a core with.
    const request = { input, weeks, maxConcurrency: 1, output: join(folder, 'out') };
    await stack.run('measured', request);
    const usage = meter.all();
    const { run, weeks: rows } = await stack.view('measured');
    if (run.status !== 'PUBLISHED') {
      const failure = rows.find((row) => row.failure)?.failure;
      throw new Error(`The run that was to be measured is ${run.status}: ${failure?.message ?? 'no reason'}`);
    }
    return usage;
  } finally {
    await stack.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
