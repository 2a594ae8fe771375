/** A real run on the local stack, in a state of its own, that counts what it would ask of AWS. */
import { join } from 'node:path';
import { Meter } from '../local/meter.ts';
import { openLocalStack } from '../local/stack.ts';
import { inTemporaryFolder } from '../temporary-folder.ts';
import { withOpen } from '../with-open.ts';
import type { Usage } from './cost.ts';

/**
 * @param input a folder of inputs that lists at least `weeks` weeks
 * @throws Error where the run does not publish every week: what a failed run uses says little
 */
export function measureRun(input: string, weeks: number): Promise<Usage> {
  return inTemporaryFolder('cost', (folder) => {
    // One week at a time: a function's time is its own, not that of others it shares a core with.
    const request = { input, weeks, maxConcurrency: 1, output: join(folder, 'out') };
    const meter = new Meter();
    return withOpen(openLocalStack(join(folder, 'state'), { meter }), async (stack) => {
      await stack.run('measured', request);
      const usage = meter.all();
      const { run, weeks: rows } = await stack.view('measured');
      if (run.status !== 'PUBLISHED') {
        const failure = rows.find((row) => row.failure)?.failure;
        throw new Error(`The run that was to be measured is ${run.status}: ${failure?.message ?? 'no reason'}`);
      }
      return usage;
    });
  });
}
