/** `npm run test:faults`: the fault simulation. Exit codes: 0 all held, 1 an invariant broke or a mutation lives. */
import { join } from 'node:path';
import { Command, Option } from '@commander-js/extra-typings';
import { cachedTemplate } from '../../local/cloudformation/cached-template.ts';
import { inTemporaryFolder } from '../../temporary-folder.ts';
import { withOpen } from '../../with-open.ts';
import { wholeNumber } from '../options.ts';
import { bundle } from './bundle.ts';
import { Explorer, type Range } from './explore.ts';
import { loadSimulation } from './load.ts';
import { MUTATIONS, type Mutation } from './mutations.ts';
import { progressOf, renderBroken, renderExplored, renderMutations, type Caught } from './report.ts';
import { shrink } from './shrink.ts';

const whole = wholeNumber(9, 'Expected a whole number from 1 to 999,999,999.');

const THREADS = 2;

const { schedules, seed, threads, mutation, mutations, verbose } = new Command('npm run test:faults --')
  .description('runs the pipeline under faults, a schedule a seed, and checks its invariants at every step')
  .option('--schedules <n>', 'how many schedules, of consecutive seeds', whole, 2_000)
  .option('--seed <n>', 'the first seed', whole, 1)
  .option('--threads <n>', 'schedules at the same time', whole, THREADS)
  .addOption(new Option('--mutation <name>', 'plant one mutation').choices(MUTATIONS.map(({ name }) => name)))
  .option('--mutations', 'plant every mutation in turn: each must be found')
  .option('--verbose', 'print the trace of the schedule that breaks an invariant, or of the only one')
  .parse()
  .opts();

async function main(): Promise<void> {
  const template = await cachedTemplate();
  const range = { firstSeed: seed, schedules };
  const held = await inTemporaryFolder('faults', (directory) =>
    withOpen(Explorer.open(template, threads), (explorer) =>
      (mutations ? findAll : find)({ template, directory, explorer, range }),
    ),
  );
  process.exitCode = held ? 0 : 1;
}

interface Work {
  readonly template: unknown;
  /** For the bundles. */
  readonly directory: string;
  readonly explorer: Explorer;
  readonly range: Range;
}

/** @returns whether every invariant held */
async function find({ template, directory, explorer, range }: Work): Promise<boolean> {
  const file = join(directory, 'simulation.cjs');
  const planted = MUTATIONS.find(({ name }) => name === mutation);
  await bundle(file, planted);
  const explored = await explorer.explore(file, range, progressOf(range.schedules));
  process.stdout.write(`${renderExplored(explored, range)}\n`);
  const trace = verbose ? (line: string) => process.stdout.write(`${line}\n`) : undefined;
  const simulation = loadSimulation(file, template);
  if (explored.brokenSeed === undefined) {
    if (range.schedules === 1 && trace) {
      const { traceSha256 } = await simulation.run(simulation.drawPlan(range.firstSeed), trace);
      trace(`trace ${traceSha256}`);
    }
    return true;
  }
  const plan = await shrink(simulation, simulation.drawPlan(explored.brokenSeed));
  const outcome = await simulation.run(plan, trace ?? (() => undefined));
  process.stdout.write(`${renderBroken(plan, outcome, planted)}\n`);
  return false;
}

/** @returns whether every mutation was found */
async function findAll(work: Work): Promise<boolean> {
  const caught: Caught[] = [];
  for (const one of MUTATIONS) caught.push(await catchOne(work, one));
  process.stdout.write(`${renderMutations(caught)}\n`);
  return caught.every(({ seed: found }) => found !== undefined);
}

async function catchOne({ template, directory, explorer, range }: Work, one: Mutation): Promise<Caught> {
  const file = join(directory, `${one.name}.cjs`);
  await bundle(file, one);
  const { brokenSeed, seconds } = await explorer.explore(file, range, progressOf(range.schedules));
  if (brokenSeed === undefined) return { mutation: one, seed: undefined, seconds, invariant: undefined };
  const simulation = loadSimulation(file, template);
  const { violation } = await simulation.run(simulation.drawPlan(brokenSeed));
  return { mutation: one, seed: brokenSeed, seconds, invariant: violation?.invariant };
}

void main();
