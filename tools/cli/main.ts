/** `larder`: the command line. Exit codes: 0 published, 1 failed, 2 bad usage or refused input, 3 published with failed weeks. */
import { Command, CommanderError, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import packageJson from '../../package.json';
import { InputRefused } from '../../shared/pipeline/errors.ts';
import { MAX_WEEKS } from '../../shared/pipeline/settings.ts';
import { FIRST_STAGE, STAGES } from '../../shared/pipeline/stages.ts';
import { ReplayRefused } from '../../shared/pipeline/run/replay.ts';
import { PLACES } from '../backends/backend.ts';
import { UsageError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

// Each command's code is loaded when it is asked for: `--help` should not wait for it.
const program = new Command('larder')
  .description(packageJson.description)
  .version(packageJson.version)
  .option('--verbose', 'on an error, show where in the code it came from')
  .showHelpAfterError('(larder --help, or larder <command> --help, lists what is accepted)')
  .exitOverride();

const whole = (min: number, max: number) => (value: string) => {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < min || number > max) {
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  }
  return number;
};
const collect = (value: string, before: string[]) => [...before, value];
const onWhere = () =>
  new Option('--on <where>', 'this computer, or the deployed stack').choices(PLACES).default('local' as const);
const exitAs = async (code: Promise<number>) => {
  process.exitCode = await code;
};
const jsonOnly = ['--json', 'print one JSON document and nothing else'] as const;

program
  .command('run')
  .description('forecast the upcoming menu weeks')
  .option(
    '--input <folder>',
    'folder of CSV files, or s3://bucket/prefix; without it, generated sample data (aws: inputs/ of its bucket)',
  )
  .option('--weeks <n|list>', 'how many weeks, or which: 4, or 2026-W50,2026-W52')
  .option('--start <week>', 'first week, such as 2026-W49, or "upcoming"; default: the first that the input lists')
  .option('--scenarios <n>', 'scenarios for P10, P50 and P90', whole(1, 5000))
  .option('--seed <n>', 'seed of the random numbers', whole(0, 0xffffffff))
  .option('--max-concurrency <n>', 'weeks at the same time', whole(1, 1000))
  .option('--cap <factory:date=n>', 'replace a cap (repeatable): OAK:2026-12-03=500, or =inf', collect, [])
  .option('--volume <week=factor>', "multiply a week's boxes (repeatable): 2026-W49=1.1", collect, [])
  .option('--label <text>', 'a name for the run')
  .option('--notify <address>', 'who is mailed the result of a what-if (repeatable); else nobody', collect, [])
  .option('--out <folder>', 'where the published files go', 'out')
  .addOption(onWhere())
  .option(...jsonOnly)
  .action(async (options) => exitAs((await import('./commands/run.ts')).runCommand(options)));

program
  .command('validate')
  .description('check a folder of inputs and name everything that is wrong')
  .requiredOption('--input <folder>', 'folder of CSV files')
  .action(async ({ input }) => exitAs((await import('./commands/validate.ts')).validateCommand(input)));

program
  .command('sample')
  .description('write believable, seeded sample inputs')
  .requiredOption('--out <folder>', 'folder to write to')
  .option('--boxes <n>', 'boxes a week', whole(0, 500_000))
  .option('--weeks <n>', 'menu weeks', whole(1, MAX_WEEKS))
  .option('--recipes <n>', 'recipes a week', whole(5, 200))
  .option('--factories <n>', 'factories', whole(1, 20))
  .option('--seed <n>', 'seed of the random numbers', whole(0, 0xffffffff))
  .option('--start <week>', 'first menu week, such as 2026-W49')
  .action(async (options) => exitAs((await import('./commands/sample.ts')).sampleCommand(options)));

program
  .command('runs')
  .description('list the runs, newest first')
  .addOption(onWhere())
  .option(...jsonOnly)
  .action(async (options) => exitAs((await import('./commands/runs.ts')).runsCommand(options)));

program
  .command('status')
  .description('how a run stands: its weeks, stages, attempts and errors')
  .argument('[run]', 'run id; without it, the newest')
  .option('--watch', 'stay, and follow the run until it ends')
  .addOption(onWhere())
  .option(...jsonOnly)
  .action(async (run, options) => exitAs((await import('./commands/status.ts')).statusCommand(run, options)));

program
  .command('replay')
  .description('run weeks of a run again, and publish them as a correction')
  .argument('<run>', 'run id')
  .option('--week <week>', 'a week to run again (repeatable, or a list)', collect, [])
  .option('--failed', 'every week that failed')
  .option('--missing', 'every week without a forecast, after a crash for one')
  .addOption(
    new Option('--from <stage>', `begin with this stage; default: the one that failed, else ${FIRST_STAGE}`).choices(
      STAGES,
    ),
  )
  .option('--reason <text>', 'why; kept, and in the mail (needed, but for --dry-run)')
  .option('--dry-run', 'say what would run and what it would cost, and send nothing')
  .option('--out <folder>', 'with --on aws: where the published files go', 'out')
  .addOption(onWhere())
  .option(...jsonOnly)
  .action(async (run, options) => exitAs((await import('./commands/replay.ts')).replayCommand(run, options)));

program
  .command('cancel')
  .description('stop a run: nothing of it is published, and its messages are refused from then on')
  .argument('<run>', 'run id')
  .addOption(onWhere())
  .action(async (run, options) => exitAs((await import('./commands/cancel.ts')).cancelCommand(run, options)));

program
  .command('diff')
  .description('what a second run has more or less than a first, by week, factory and SKU')
  .argument('<run-a>', 'run id, or one of its revisions: RUN/r1')
  .argument('<run-b>', 'the run to hold against it')
  .option('--out <file.xlsx>', 'write it as a workbook, too')
  .addOption(onWhere())
  .option(...jsonOnly)
  .action(async (first, second, options) =>
    exitAs((await import('./commands/diff.ts')).diffCommand(first, second, options)),
  );

program
  .command('accuracy')
  .description('how far the published forecasts were from what was really needed')
  .requiredOption('--actuals <file>', 'CSV file: menu_week, delivery_date, factory, sku, quantity')
  .option('--run <run>', 'run id, or RUN/r1; without it, the last published forecast of every week')
  .addOption(onWhere())
  .option(...jsonOnly)
  .action(async (options) => exitAs((await import('./commands/accuracy.ts')).accuracyCommand(options)));

program
  .command('monitor')
  .description('a web page over the runs, on this computer only: status, forecast, changes')
  .option('--port <n>', 'port; default: 4680, or a free one where that is taken', whole(1, 65_535))
  .option('--allow-replay', 'let the page replay weeks; without it, the page only reads')
  .addOption(onWhere())
  .action(async (options) => exitAs((await import('./commands/monitor.ts')).monitorCommand(options)));

program
  .command('cost')
  .description('what a run costs on AWS, counted from real runs on this computer')
  .requiredOption('--weeks <n>', 'weeks of the run', whole(1, MAX_WEEKS))
  .option('--input <folder>', 'folder of CSV files; without it, generated sample data')
  .option(...jsonOnly)
  .action(async (options) => exitAs((await import('./commands/cost.ts')).costCommand(options)));

program
  .command('bench')
  .description('measure the engine on this computer')
  .argument('[name]', 'simulate, allocation, scenarios, week, fan-out; without it, all of them')
  .option('--instance <file>', 'with allocation: one Box Allocation instance (.json or .json.gz)')
  .option(...jsonOnly)
  .action(async (name, options) => exitAs((await import('./commands/bench.ts')).benchCommand(name, options)));

async function main(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.published : EXIT.refused;
      return;
    }
    const thrown = error instanceof Error ? error : new Error(String(error));
    const refused = [InputRefused, UsageError, ReplayRefused].some((kind) => thrown instanceof kind);
    process.stderr.write(`larder: ${thrown.message}\n`);
    if (program.opts().verbose) process.stderr.write(`${thrown.stack ?? ''}\n`);
    process.exitCode = refused ? EXIT.refused : EXIT.failed;
  }
}

// A reader that has seen enough (`larder runs | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
await main();
