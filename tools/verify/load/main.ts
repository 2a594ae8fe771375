/**
 * `npm run test:load`: many weeks through the local stack, or through the deployed one on a local cloud, while
 * deliveries are doubled and workers die; beside it the same run in peace, on the local stack. Exit codes: 0 nothing
 * lost and nothing twice, 1 otherwise.
 */
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { writeSample } from '../../sample/sample.ts';
import { inTemporaryFolder } from '../../temporary-folder.ts';
import { wholeNumber } from '../options.ts';
import { Disturbances } from './disturbances.ts';
import { runOnLocal } from './on-local.ts';
import { runOnLocalCloud } from './on-local-cloud.ts';
import { problemsOf, type DisturbedOutcome } from './outcome.ts';

const SMALL = { boxes: 100, recipes: 12, factories: 3 };

const share = (value: string) => {
  const number = Number(value);
  if (value.trim() === '' || !(number >= 0 && number <= 0.5))
    throw new InvalidArgumentError('Expected a share from 0 to 0.5.');
  return number;
};

const options = new Command('npm run test:load --')
  .description('runs many weeks while deliveries are doubled and workers die')
  .addOption(new Option('--on <place>', 'through which stack').choices(['local', 'local-cloud']).default('local'))
  .option('--weeks <n>', 'how many', wholeNumber(4), 500)
  .option('--duplicates <share>', 'of the deliveries that are handed over twice', share, 0.01)
  .option('--crashes <share>', 'of the deliveries whose worker dies', share, 0.01)
  .option('--seed <n>', 'of the disturbances', wholeNumber(4), 1)
  .parse()
  .opts();

async function disturbed(directory: string, input: string): Promise<DisturbedOutcome> {
  if (options.on === 'local-cloud') return runOnLocalCloud(directory, input, options.weeks, options);
  const disturbances = new Disturbances(options);
  const outcome = await runOnLocal(directory, input, options.weeks, disturbances);
  return { ...outcome, summary: disturbances.summary };
}

async function compare(directory: string): Promise<void> {
  const input = join(directory, 'in');
  await writeSample(input, { ...SMALL, weeks: options.weeks });
  const peace = await runOnLocal(join(directory, 'peace'), input, options.weeks);
  console.log(`In peace: ${peace.complete} weeks in ${peace.seconds.toFixed(1)} s.`);
  const load = await disturbed(join(directory, 'load'), input);
  console.log(
    `Disturbed: ${load.complete} weeks in ${load.seconds.toFixed(1)} s, ${load.revisions} revision, ${load.mails} mail; ${load.summary}.`,
  );
  const problems = problemsOf(peace, load, options.weeks);
  for (const problem of problems) console.log(`PROBLEM: ${problem}`);
  if (problems.length === 0) console.log('Nothing is lost, and nothing is there twice: the same bytes.');
  process.exitCode = problems.length === 0 ? 0 : 1;
}

void inTemporaryFolder('load', compare);
