/** Inputs of a size that no person types: millions of order lines, and one endless line. */
import { createWriteStream } from 'node:fs';
import { cp, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { writeSample } from '../../sample/sample.ts';
import { ROOT } from '../../../infra/root.ts';
import { LARDER, runNode, type Ended } from '../node-process.ts';

const LINES_PER_ORDER = 4;

/** A folder with so many lines of placed orders, over four weeks. */
export async function writeManyOrders(folder: string, lines: number): Promise<void> {
  const boxes = Math.ceil(lines / LINES_PER_ORDER / 4) + 1_000;
  await writeSample(folder, { boxes: Math.min(boxes, 500_000), recipes: 40, weeks: 4, seed: 7 });
  const text = await readFile(join(folder, 'orders.csv'), 'utf8');
  const [header, ...rows] = text.trimEnd().split('\n');
  const orders = linesByOrder(rows);
  await pipeline(repeated(header, orders, lines), createWriteStream(join(folder, 'orders.csv')));
}

/** The lines of each order, without its id. */
function linesByOrder(rows: readonly string[]): string[][] {
  const orders = new Map<string, string[]>();
  for (const row of rows) {
    const [id, ...rest] = row.split(',');
    orders.set(id, [...(orders.get(id) ?? []), rest.join(',')]);
  }
  return [...orders.values()];
}

function* repeated(header: string, orders: readonly (readonly string[])[], lines: number): Iterable<string> {
  yield `${header}\n`;
  let written = 0;
  for (let order = 0; written < lines; order++) {
    const rest = orders[order % orders.length].slice(0, lines - written);
    written += rest.length;
    yield rest.map((row) => `N${order},${row}\n`).join('');
  }
}

/** What the endless line is made of. */
export const ENDLESS = { letters: 'x', commas: ',', quotes: '"', nothing: '\0' } as const;
export type Endless = keyof typeof ENDLESS;

/** A copy of the folder whose orders end in a line of so many bytes; the disk holds only its first part. */
export async function writeEndlessLine(from: string, to: string, of: Endless, bytes: number): Promise<void> {
  await cp(from, to, { recursive: true });
  const header = 'order_id,menu_week,delivery_date,portions,item_type,item_id,quantity\n';
  const start = of === 'quotes' ? `${header}"` : header;
  const file = await open(join(to, 'orders.csv'), 'w');
  try {
    await file.write(start + ENDLESS[of].repeat(Math.min(bytes, 16 * 1024 * 1024)));
    await file.truncate(start.length + bytes);
  } finally {
    await file.close();
  }
}

interface Measured extends Ended {
  readonly peakBytes: number;
  readonly seconds: number;
}

/** `larder …` as a process of its own, with its peak memory. */
export async function measuredLarder(args: readonly string[], cwd: string): Promise<Measured> {
  const peakFile = join(cwd, `peak-${process.pid}`);
  const began = Date.now();
  const node = ['--import', join(ROOT, 'tools/verify/input-size/peak-memory.js'), LARDER, ...args];
  const ended = await runNode(node, { cwd, env: { ...process.env, PEAK_MEMORY_FILE: peakFile } });
  const seconds = (Date.now() - began) / 1000;
  const peakBytes = Number(await readFile(peakFile, 'utf8'));
  await rm(peakFile);
  return { ...ended, peakBytes, seconds };
}
