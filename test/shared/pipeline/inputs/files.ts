/** Input folders in memory, to be spoilt one at a time. */
import { formatProblem } from '../../../../shared/domain/input/problem.ts';
import { readWeek } from '../../../../shared/domain/input/read-week.ts';
import type { MenuWeek, Week } from '../../../../shared/domain/model.ts';
import { loadInputs, type InputFiles } from '../../../../shared/pipeline/inputs/read-inputs.ts';
import { validateInputs } from '../../../../shared/pipeline/inputs/validate-inputs.ts';
import { generateSample } from '../../../../tools/sample/sample.ts';

export type Files = Map<string, string | Uint8Array>;

/** A small valid data set: 2 weeks, 300 boxes, 12 recipes, 3 factories. */
export function smallSample(): Files {
  return new Map(generateSample({ boxes: 300, weeks: 2, recipes: 12, factories: 3, seed: 7 }));
}

export function inputFiles(files: Files): InputFiles {
  return {
    open: (file) => {
      const body = files.get(file);
      return Promise.resolve(body === undefined ? undefined : chunks(Buffer.from(body)));
    },
  };
}

async function* chunks(bytes: Buffer): AsyncIterable<Uint8Array> {
  await Promise.resolve();
  // Small ones, so that characters and lines are cut anywhere.
  for (let at = 0; at < bytes.length; at += 997) yield bytes.subarray(at, at + 997);
}

/** Replaces the first match in one file. */
export function spoil(files: Files, file: string, pattern: RegExp | string, replacement: string): Files {
  const before = String(files.get(file));
  const after = before.replace(pattern, replacement);
  if (after === before) throw new Error(`Nothing in ${file} matches ${String(pattern)}.`);
  return new Map(files).set(file, after);
}

/** Everything `larder validate` says of the files, formatted. */
export async function said(files: Files): Promise<{ errors: string[]; warnings: string[] }> {
  const { errors, warnings } = await validateInputs(inputFiles(files));
  return { errors: errors.map(formatProblem), warnings: warnings.map(formatProblem) };
}

export async function weekOf(files: Files, week: string): Promise<Week> {
  const { tables } = await loadInputs(inputFiles(files));
  const read = readWeek(tables, week as MenuWeek, { horizonWeeks: 0 });
  if (!read.ok) throw new Error(read.problems.map(formatProblem).join('\n'));
  return read.week;
}
