/**
 * `npm run test:kills`: a local run is killed (SIGKILL) at random moments; `larder replay --missing`, or a new run
 * where none had begun, must publish the very bytes of a run that was not disturbed. Exit codes: 0 all did, 1 one did not.
 */
import { cpus } from 'node:os';
import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { inTemporaryFolder } from '../../temporary-folder.ts';
import { wholeNumber } from '../options.ts';
import { RandomSource } from '../random-source.ts';
import { killOnce, Undisturbed, type Killed } from './kill-once.ts';

const { kills, seed } = new Command('npm run test:kills --')
  .description('kills a local run at random moments and makes up for it')
  .option('--kills <n>', 'how many runs to kill', wholeNumber(6), 50)
  .option('--seed <n>', 'of the moments', wholeNumber(6), 1)
  .parse()
  .opts();

async function killAll(directory: string): Promise<void> {
  const undisturbed = await Undisturbed.in(directory);
  console.log(`Undisturbed: ${undisturbed.durationMs.toFixed(0)} ms, ${undisturbed.files} files compared.`);
  const random = new RandomSource(seed, 0);
  const moments = Array.from({ length: kills }, () => random.below(Math.round(undisturbed.durationMs)));
  const outcomes: Killed[] = [];
  const next = moments.entries();
  const work = async () => {
    for (const [at, afterMs] of next) {
      const killed = await killOnce(undisturbed, join(directory, `kill-${at}`), afterMs);
      outcomes.push(killed);
      const verdict = killed.problem ?? 'the same bytes';
      console.log(`kill ${at + 1} after ${afterMs.toFixed(0)} ms: ${killed.found}; ${verdict}`);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, cpus().length) }, work));
  const wrong = outcomes.filter(({ problem }) => problem !== undefined).length;
  console.log(`${outcomes.length} kills, ${wrong} with other bytes or none.`);
  process.exitCode = wrong === 0 ? 0 : 1;
}

void inTemporaryFolder('kills', killAll);
