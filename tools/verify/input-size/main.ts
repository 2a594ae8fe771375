/**
 * `npm run test:input-size -- --lines N --megabytes M`: N lines of placed orders are read, and a line of M
 * megabytes is refused, each in bounded memory.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENDLESS, measuredLarder, writeEndlessLine, writeManyOrders, type Endless } from './big-inputs.ts';
import { numberOption, wholeOptions } from '../options.ts';

const MEGABYTE = 1024 * 1024;
/** What reading may take at its peak: Node, the code, and what is kept of every order line. */
const MOST_MEGABYTES = { orders: 600, endless: 256 } as const;

async function main(): Promise<void> {
  const options = wholeOptions(['lines', 'megabytes']);
  const lines = numberOption(options, 'lines', 2_000_000);
  const bytes = numberOption(options, 'megabytes', 1024) * MEGABYTE;
  const folder = await mkdtemp(join(tmpdir(), 'larder-size-'));
  const say = (what: string, code: number, peakBytes: number, seconds: number) =>
    process.stdout.write(`${what}: exit ${code}, ${Math.round(peakBytes / MEGABYTE)} MB, ${seconds} s\n`);
  const check = async (what: string, input: string, wanted: number, most: number) => {
    const { code, stderr, peakBytes, seconds } = await measuredLarder(['validate', '--input', input], folder);
    say(what, code ?? -1, peakBytes, seconds);
    if (code === wanted && peakBytes <= most * MEGABYTE) return;
    process.stdout.write(`  expected exit ${wanted} and at most ${most} MB\n${stderr.slice(0, 2_000)}\n`);
    process.exitCode = 1;
  };
  try {
    await writeManyOrders(join(folder, 'many'), lines);
    await check(`${lines} order lines`, 'many', 0, MOST_MEGABYTES.orders);
    await rm(join(folder, 'many', 'orders.csv'));
    for (const of of Object.keys(ENDLESS) as Endless[]) {
      await writeEndlessLine(join(folder, 'many'), join(folder, of), of, bytes);
      await check(`a line of ${bytes / MEGABYTE} MB of ${of}`, of, 2, MOST_MEGABYTES.endless);
      await rm(join(folder, of), { recursive: true });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

void main();
