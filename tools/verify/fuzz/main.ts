/** `npm run test:fuzz -- --runs N --seed S`: the fuzz tests with N times CI's examples, from another seed. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { Command } from '@commander-js/extra-typings';
import { wholeNumber } from '../options.ts';

const { runs, seed } = new Command('npm run test:fuzz --')
  .description('searches for inputs, messages and command lines that Larder does not refuse or handle as it should')
  .option('--runs <n>', "how many times CI's examples", wholeNumber(4), 10)
  .option('--seed <n>', 'of the examples', wholeNumber(9), 1 + (Date.now() % 999_999_999))
  .parse()
  .opts();

process.stdout.write(`npm run test:fuzz -- --runs ${runs} --seed ${seed}\n`);
const env = { ...process.env, LARDER_FUZZ_RUNS: String(runs), LARDER_FUZZ_SEED: String(seed) };
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const { status } = spawnSync(process.execPath, [jest, 'test/tools/verify/fuzz'], { stdio: 'inherit', env });
process.exitCode = status ?? 1;
