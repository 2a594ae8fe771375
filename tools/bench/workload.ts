/** The week that benchmarks work on: generated inputs, read the way a run reads them. */
import { Readable } from 'node:stream';
import { readWeek } from '../../shared/domain/input/read-week.ts';
import { parseMenuWeek } from '../../shared/domain/iso-week.ts';
import type { Week } from '../../shared/domain/model.ts';
import { loadInputs } from '../../shared/pipeline/inputs/read-inputs.ts';
import { generateSample, type SampleOptions } from '../sample/sample.ts';

/** What the product is built for: boxes a week, recipes, factories, scenarios. */
export const SCALE = { boxes: 200_000, recipes: 150, factories: 4, scenarios: 200 } as const;

const MENU_WEEK = '2026-W49';

/** The input files of one week, by name. */
export function sampleFiles(options: SampleOptions): ReadonlyMap<string, string> {
  return generateSample({ ...options, weeks: 1, startWeek: MENU_WEEK });
}

/** Reads and validates the week of such files. */
export async function extractWeek(files: ReadonlyMap<string, string>): Promise<Week> {
  const { tables } = await loadInputs({
    open: (file) => {
      const text = files.get(file);
      return Promise.resolve(text === undefined ? undefined : Readable.from([Buffer.from(text)]));
    },
  });
  const menuWeek = parseMenuWeek(MENU_WEEK);
  if (!menuWeek) throw new Error(`${MENU_WEEK} is no week`);
  const read = readWeek(tables, menuWeek, { horizonWeeks: 0 });
  if (!read.ok) throw new Error('the generated sample was refused');
  return read.week;
}

/** One generated week. */
export function sampleWeek(options: SampleOptions): Promise<Week> {
  return extractWeek(sampleFiles(options));
}
