import { writeFile } from 'node:fs/promises';
import type { Place } from '../../backends/backend.ts';
import { diffRuns, type RunDiff } from '../diff/run-diff.ts';
import { renderDiff } from '../diff/terminal-diff.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';

/** The options of `larder diff`. */
interface DiffOptions {
  readonly on: Place;
  readonly json?: true | undefined;
  /** Where to write the workbook; absent: none. */
  readonly out?: string | undefined;
}

/** `larder diff`: what the second run has more or less than the first, by week, factory and SKU. */
export async function diffCommand(first: string, second: string, { on, json, out }: DiffOptions): Promise<number> {
  const diff = await diffRuns(first, second, on);
  if (out !== undefined) await writeDiff(out, diff);
  process.stdout.write(json ? `${JSON.stringify(diff, undefined, 2)}\n` : renderDiff(diff));
  if (out !== undefined && !json) process.stdout.write(`Workbook: ${out}\n`);
  return EXIT.published;
}

async function writeDiff(file: string, diff: RunDiff): Promise<void> {
  const { diffWorkbook } = await import('../diff/workbook.ts');
  const bytes = diffWorkbook(diff);
  try {
    await writeFile(file, bytes);
  } catch (error) {
    throw new UsageError(`--out: ${error instanceof Error ? error.message : String(error)}`);
  }
}
