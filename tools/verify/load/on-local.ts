/** The run on the local stack. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openLocalStack } from '../../local/stack.ts';
import { withOpen } from '../../with-open.ts';
import type { Disturbances } from './disturbances.ts';
import { outcomeOf, RUN, SCENARIOS, type Outcome } from './outcome.ts';

export async function runOnLocal(
  directory: string,
  input: string,
  weeks: number,
  disturbances?: Disturbances,
): Promise<Outcome> {
  const output = join(directory, 'out');
  const disturb = disturbances?.disturb;
  return withOpen(openLocalStack(directory, disturb ? { disturb } : {}), async (stack) => {
    const before = performance.now();
    await stack.run(RUN, { input, output, weeks, scenarios: SCENARIOS });
    const seconds = (performance.now() - before) / 1000;
    // A doubled delivery may still be under way when the run has ended.
    await disturbances?.settled();
    const mails = await readdir(join(directory, 'mail'));
    const read = (file: string) => readFile(join(output, RUN, 'r1', file));
    return await outcomeOf(await stack.view(RUN), seconds, mails.length, read);
  });
}
