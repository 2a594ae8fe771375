import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pc from 'picocolors';
import { BENCHMARKS } from '../../bench/benchmarks.ts';
import { peakMegabytes, type BenchReport, type Figure } from '../../bench/measure.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { tableOf } from '../terminal/format.ts';

/** The options of `larder bench`, as typed. */
export interface BenchOptions {
  readonly instance?: string | undefined;
  readonly json?: true | undefined;
}

/** `larder bench` */
export async function benchCommand(name: string | undefined, options: BenchOptions): Promise<number> {
  const json = options.json === true;
  if (options.instance !== undefined) {
    if (name !== 'allocation') throw new UsageError('--instance belongs to: larder bench allocation --instance FILE');
    const { benchInstance } = await import('../../bench/allocation.ts');
    const result = await benchInstance(options.instance);
    process.stdout.write(`${JSON.stringify(result, undefined, json ? 2 : 0)}\n`);
    return EXIT.published;
  }
  const names = name === undefined ? Object.keys(BENCHMARKS) : [name];
  const reports: BenchReport[] = [];
  for (const one of names) {
    // One in this process; several in a process each, so that memory and compiled code are their own.
    const report = names.length === 1 ? await runInThisProcess(one) : await runInOwnProcess(one);
    reports.push(report);
    if (!json) process.stdout.write(`${renderReport(report)}\n`);
  }
  if (json) process.stdout.write(`${JSON.stringify(name === undefined ? reports : reports[0], undefined, 2)}\n`);
  return EXIT.published;
}

async function runInThisProcess(name: string): Promise<BenchReport> {
  if (!Object.hasOwn(BENCHMARKS, name)) {
    throw new UsageError(`There is no benchmark "${name}"; expected one of: ${Object.keys(BENCHMARKS).join(', ')}.`);
  }
  const benchmark = await BENCHMARKS[name]();
  const figures = await benchmark.run();
  return { name, description: benchmark.description, figures, peakMegabytes: peakMegabytes() };
}

async function runInOwnProcess(name: string): Promise<BenchReport> {
  const [program] = process.argv.slice(1);
  const { stdout } = await promisify(execFile)(process.execPath, [program, 'bench', name, '--json']);
  return JSON.parse(stdout) as BenchReport;
}

function renderReport({ name, description, figures, peakMegabytes: peak }: BenchReport): string {
  const table = tableOf(['', 'median', 'lowest', 'highest', 'runs'], ['left', 'right', 'right', 'right', 'right']);
  for (const figure of figures) {
    const { label, median, low, high, repeats } = figure;
    table.push([label, ...[median, low, high].map((value) => quantity(value, figure)), repeats]);
  }
  return `${pc.bold(name)}: ${description}\n${table.toString()}\nPeak memory ${Math.round(peak)} MB.\n`;
}

function quantity(value: number, { unit }: Figure): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`;
}
