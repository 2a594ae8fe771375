/**
 * `npm run test:load`: many weeks through the local stack while deliveries are doubled and calls of workers die;
 * beside it the same run in peace. Exit codes: 0 nothing lost and nothing twice, 1 otherwise.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { openLocalStack } from '../local/stack';
import { writeSample } from '../sample/sample';
import { Disturbances } from './disturbances';

const RUN = 'load';
const SMALL = { boxes: 100, recipes: 12, factories: 3 };
const TABLES = ['ingredients.csv', 'products.csv', 'recipes.csv', 'utilisation.csv'];

const whole = (value: string) => {
  const number = Number(value);
  if (!/^\d{1,4}$/.test(value) || number < 1)
    throw new InvalidArgumentError('Expected a whole number from 1.');
  return number;
};
const share = (value: string) => {
  const number = Number(value);
  if (value.trim() === '' || !(number >= 0 && number <= 0.5))
    throw new InvalidArgumentError('Expected a share from 0 to 0.5.');
  return number;
};

const options = new Command('npm run test:load --')
  .description('runs many weeks on the local stack while deliveries are doubled and calls of workers die')
  .option('--weeks <n>', 'how many', whole, 500)
  .option('--duplicates <share>', 'of the deliveries that are handed over twice, at once', share, 0.01)
  .option('--crashes <share>', 'of the deliveries whose call dies before or after its work', share, 0.01)
  .option('--seed <n>', 'of the disturbances', whole, 1)
  .parse()
  .opts();

interface Outcome {
  readonly seconds: number;
  readonly complete: number;
  readonly revisions: number;
  readonly mails: number;
  /** [file] SHA-256 */
  readonly files: ReadonlyMap<string, string>;
}

async function runOf(directory: string, input: string, disturbances?: Disturbances): Promise<Outcome> {
  const output = join(directory, 'out');
  const disturb = disturbances?.disturb;
  const stack = await openLocalStack(directory, disturb ? { disturb } : {});
  try {
    const before = performance.now();
    await stack.run(RUN, { input, output, weeks: options.weeks, scenarios: 20 });
    const seconds = (performance.now() - before) / 1000;
    // A doubled delivery may still be under way when the run has ended.
    await disturbances?.settled();
    const { weeks, revisions } = await stack.view(RUN);
    const folder = join(output, RUN, 'r1');
    const hashed = TABLES.map(async (file) => {
      const hash = createHash('sha256').update(await readFile(join(folder, file)));
      return [file, hash.digest('hex')] as const;
    });
    return {
      seconds,
      complete: weeks.filter(({ status }) => status === 'COMPLETE').length,
      revisions: revisions.length,
      mails: (await readdir(join(directory, 'mail'))).length,
      files: new Map(await Promise.all(hashed)),
    };
  } finally {
    await stack.close();
  }
}

function problemsOf(peace: Outcome, load: Outcome): string[] {
  const problems: string[] = [];
  if (load.complete !== options.weeks)
    problems.push(`${options.weeks - load.complete} weeks are not complete`);
  if (load.revisions !== 1) problems.push(`${load.revisions} revisions instead of 1`);
  if (load.mails !== 1) problems.push(`${load.mails} mails instead of 1`);
  for (const [file, hash] of peace.files)
    if (load.files.get(file) !== hash) problems.push(`${file} is not that of the run in peace`);
  return problems;
}

async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'larder-load-'));
  try {
    const input = join(directory, 'in');
    await writeSample(input, { ...SMALL, weeks: options.weeks });
    const peace = await runOf(join(directory, 'peace'), input);
    console.log(`In peace: ${peace.complete} weeks in ${peace.seconds.toFixed(1)} s.`);
    const disturbances = new Disturbances(options);
    const load = await runOf(join(directory, 'load'), input, disturbances);
    console.log(
      `Disturbed: ${load.complete} weeks in ${load.seconds.toFixed(1)} s, ${load.revisions} revision, ${load.mails} mail; ${disturbances.summary}.`,
    );
    const problems = problemsOf(peace, load);
    for (const problem of problems) console.log(`PROBLEM: ${problem}`);
    if (problems.length === 0) console.log('Nothing is lost, and nothing is there twice: the same bytes.');
    process.exitCode = problems.length === 0 ? 0 : 1;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

void main();
