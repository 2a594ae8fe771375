/** `npm run test:fuzz -- --runs N --seed S`: the fuzz tests with N times CI's examples, from another seed. */
import { spawnSync } from 'node:child_process';
import { numberOption, wholeOptions } from '../options.ts';

const options = wholeOptions(['runs', 'seed']);
const runs = numberOption(options, 'runs', 10);
const seed = numberOption(options, 'seed', Date.now() % 0x7fffffff);
process.stdout.write(`npm run test:fuzz -- --runs ${runs} --seed ${seed}\n`);
const env = { ...process.env, LARDER_FUZZ_RUNS: String(runs), LARDER_FUZZ_SEED: String(seed) };
const { status } = spawnSync(process.execPath, [require.resolve('jest/bin/jest'), 'test/fuzz'], {
  stdio: 'inherit',
  env,
});
process.exitCode = status ?? 1;
