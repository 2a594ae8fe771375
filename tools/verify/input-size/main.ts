/**
 * `npm run test:input-size -- --lines N --megabytes M`: N lines of placed orders are read, and a line of M
 * megabytes is refused, each in bounded memory.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { ENDLESS, measuredLarder, writeEndlessLine, writeManyOrders, type Endless } from './big-inputs.ts';
import { inTemporaryFolder } from '../../temporary-folder.ts';
import { wholeNumber } from '../options.ts';

const MEGABYTE = 1024 * 1024;
/** What reading may take at its peak: Node, the code, and what is kept of every order line. */
const MAX_PEAK_MEGABYTES = { orders: 600, endless: 256 } as const;

const { lines, megabytes } = new Command('npm run test:input-size --')
  .description('reads inputs of a size that no person types, each in bounded memory')
  .option('--lines <n>', 'lines of placed orders', wholeNumber(9), 2_000_000)
  .option('--megabytes <n>', 'of the one endless line', wholeNumber(6), 1024)
  .parse()
  .opts();

async function measure(folder: string): Promise<void> {
  const bytes = megabytes * MEGABYTE;
  const check = async (what: string, input: string, wantedCode: number, maxMegabytes: number) => {
    const { code, stderr, peakBytes, seconds } = await measuredLarder(['validate', '--input', input], folder);
    process.stdout.write(`${what}: exit ${code ?? -1}, ${Math.round(peakBytes / MEGABYTE)} MB, ${seconds} s\n`);
    if (code === wantedCode && peakBytes <= maxMegabytes * MEGABYTE) return;
    process.stdout.write(`  expected exit ${wantedCode} and at most ${maxMegabytes} MB\n${stderr.slice(0, 2_000)}\n`);
    process.exitCode = 1;
  };
  await writeManyOrders(join(folder, 'many'), lines);
  await check(`${lines} order lines`, 'many', 0, MAX_PEAK_MEGABYTES.orders);
  await rm(join(folder, 'many', 'orders.csv'));
  for (const of of Object.keys(ENDLESS) as Endless[]) {
    await writeEndlessLine(join(folder, 'many'), join(folder, of), of, bytes);
    await check(`a line of ${bytes / MEGABYTE} MB of ${of}`, of, 2, MAX_PEAK_MEGABYTES.endless);
    await rm(join(folder, of), { recursive: true });
  }
}

void inTemporaryFolder('size', measure);
