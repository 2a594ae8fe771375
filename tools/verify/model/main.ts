/**
 * `npm run test:model`: the model of the stage protocol. With `--if-installed` a computer without the checker says so
 * and goes on; CI has it. Exit codes: 0 all held, 1 a violation or a mutation that lives.
 */
import { join } from 'node:path';
import { missingForSpin, search, type Search } from './spin.ts';
import { ROOT } from '../../../infra/root.ts';

const MODEL = join(ROOT, 'tools/verify/model/protocol.pml');
const TWO_WEEKS = ['FAULTS=0'];

const SEARCHES: readonly (Search & { readonly name: string })[] = [
  { name: 'assertions, 2 weeks, a crash', define: TWO_WEEKS },
  { name: 'assertions, 1 week, another fault', define: ['BUSY_WEEKS=1', 'CRASHES=0', 'FAULTS=1'] },
  ...['every_week_ends', 'every_run_ends', 'every_token_answered', 'replay_ends_published'].map((property) => ({
    name: `${property}, 2 weeks, a crash`,
    define: TWO_WEEKS,
    property,
  })),
];

/** Each with the property that it breaks, where that is not an assertion. */
const MUTATIONS: readonly { readonly name: string; readonly property?: string }[] = [
  { name: 'SKIP_THE_FENCE' },
  { name: 'SAME_FENCE_FOR_ALL' },
  { name: 'RECOMPUTE_WHAT_IS_SETTLED' },
  { name: 'ACKNOWLEDGE_WHAT_IS_BUSY' },
  { name: 'HEARTBEAT_WITHOUT_THE_FENCE', property: 'every_week_ends' },
  { name: 'REPLAY_STANDS_STILL' },
  { name: 'PUBLISH_TWICE' },
  { name: 'MAIL_WITHOUT_THE_RECORD' },
];

async function main(): Promise<void> {
  const missing = await missingForSpin();
  if (missing !== undefined && process.argv.includes('--if-installed')) {
    console.log(`NOT CHECKED: ${missing}`);
    return;
  }
  if (missing !== undefined) throw new Error(missing);
  for (const { name, ...wanted } of SEARCHES) {
    const { states, seconds, megabytes, violation } = await search(MODEL, wanted);
    const size = `${states.toLocaleString('en')} states, ${seconds.toFixed(1)} s, ${Math.round(megabytes)} MB`;
    console.log(`${name}: ${size}: ${violation ?? 'holds'}`);
    if (violation) process.exitCode = 1;
  }
  for (const { name, ...wanted } of MUTATIONS) {
    const { states, violation } = await search(MODEL, { define: ['BUSY_WEEKS=1', 'FAULTS=1', name], ...wanted });
    console.log(`${name}: ${violation ? `found after ${states} states: ${violation}` : 'NOT FOUND'}`);
    if (!violation) process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
