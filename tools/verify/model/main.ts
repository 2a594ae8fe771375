/**
 * `npm run test:model`: the model of the stage protocol. With `--if-installed` a computer without the checker says so
 * and goes on; CI has it. Exit codes: 0 all held, 1 a violation or a mutation that lives.
 */
import { join } from 'node:path';
import pLimit from 'p-limit';
import { missingForSpin, search, type Search } from './spin.ts';
import { ROOT } from '../../../infra/root.ts';

const MODEL = join(ROOT, 'tools/verify/model/protocol.pml');
/** Of 900 MB each at most. */
const SEARCHES_AT_ONCE = 2;

type Named = Search & { readonly name: string };

const TWO_WEEKS = ['FAULTS=0'];
const ONE_WEEK = ['BUSY_WEEKS=1', 'FAULTS=1'];
const REDRIVE = ['BUSY_WEEKS=1', 'FAULTS=0', 'REDRIVES=1', 'REPLAYS=0'];
/** With a second worker there would be too many orders. */
const REDRIVE_AND_REPLAY = ['BUSY_WEEKS=1', 'FAULTS=0', 'REDRIVES=1', 'WORKERS=1'];

const SEARCHES: readonly Named[] = [
  { name: 'assertions, 2 weeks, a crash', define: TWO_WEEKS },
  { name: 'assertions, 1 week, another fault', define: [...ONE_WEEK, 'CRASHES=0'] },
  { name: 'assertions, 1 week, a crash, a redrive', define: REDRIVE },
  { name: 'assertions, 1 week, 1 worker, a crash, a redrive, a replay', define: REDRIVE_AND_REPLAY },
  ...['every_week_ends', 'every_run_ends', 'every_token_answered', 'replay_ends_published'].map((property) => ({
    name: `${property}, 2 weeks, a crash`,
    define: TWO_WEEKS,
    property,
  })),
];

const MUTATIONS: readonly Named[] = [
  { name: 'SKIP_THE_FENCE', define: ONE_WEEK },
  { name: 'SAME_FENCE_FOR_ALL', define: ONE_WEEK },
  { name: 'RECOMPUTE_WHAT_IS_SETTLED', define: ONE_WEEK },
  { name: 'ACKNOWLEDGE_WHAT_IS_BUSY', define: ONE_WEEK },
  { name: 'HEARTBEAT_WITHOUT_THE_FENCE', define: ONE_WEEK, property: 'every_week_ends' },
  { name: 'REPLAY_STANDS_STILL', define: ONE_WEEK },
  { name: 'REPLAY_FORGOTTEN', define: [...REDRIVE_AND_REPLAY, 'CRASHES=0'] },
  { name: 'LEAVE_WHAT_IS_INTERRUPTED', define: [...REDRIVE, 'WORKERS=1'] },
  { name: 'TAKE_A_WEEK_BACK', define: [...REDRIVE, 'WORKERS=1'] },
  { name: 'PUBLISH_TWICE', define: ONE_WEEK },
  { name: 'MAIL_WITHOUT_THE_RECORD', define: ONE_WEEK },
];

async function main(): Promise<void> {
  const missing = await missingForSpin();
  if (missing !== undefined && process.argv.includes('--if-installed')) {
    console.log(`NOT CHECKED: ${missing}`);
    return;
  }
  if (missing !== undefined) throw new Error(missing);
  const limit = pLimit(SEARCHES_AT_ONCE);
  await limit.map(SEARCHES, checkThatItHolds);
  await limit.map(MUTATIONS, checkThatItIsFound);
}

async function checkThatItHolds({ name, ...wanted }: Named): Promise<void> {
  const { states, seconds, megabytes, violation } = await search(MODEL, wanted);
  const size = `${states.toLocaleString('en')} states, ${seconds.toFixed(1)} s, ${Math.round(megabytes)} MB`;
  console.log(`${name}: ${size}: ${violation ?? 'holds'}`);
  if (violation) process.exitCode = 1;
}

async function checkThatItIsFound({ name, ...wanted }: Named): Promise<void> {
  const { states, violation } = await search(MODEL, { ...wanted, define: [...wanted.define, name], endsSoon: true });
  console.log(`${name}: ${violation ? `found after ${states} states: ${violation}` : 'NOT FOUND'}`);
  if (!violation) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
