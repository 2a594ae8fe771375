/** One week of a run's inputs, read and checked as they are now. */
import { describeProblems, formatProblem, type Problem } from '../../domain/input/problem.ts';
import { readWeek } from '../../domain/input/read-week.ts';
import { weeksBetween } from '../../domain/iso-week.ts';
import type { MenuWeek, Week } from '../../domain/model.ts';
import { volumeSd } from '../../domain/scenarios/uncertainty.ts';
import { InputRefused } from '../errors.ts';
import { loadInputs, type InputFiles } from './read-inputs.ts';
import type { RunRecord } from '../table/records.ts';
import type { InputWarning, WeekSnapshot } from './snapshot.ts';

/** Opens the folder or prefix that a run reads its inputs from. */
export type OpenInputs = (location: string) => InputFiles;

/** @throws {@link InputRefused} with everything that is wrong with the week */
export async function readSnapshot(
  openInputs: OpenInputs,
  run: RunRecord,
  menuWeek: MenuWeek,
): Promise<Omit<WeekSnapshot, 'previous'>> {
  const loaded = await loadInputs(openInputs(run.input), { weeks: new Set([menuWeek]) });
  if (loaded.problems.errorCount > 0) throw refused(loaded.problems.errors, loaded.problems.errorCount);
  const { capOverrides, volumeMultiplier } = run.settings;
  const read = readWeek(loaded.tables, menuWeek, {
    horizonWeeks: weeksBetween(run.weeks[0], menuWeek),
    capOverrides,
    ...(menuWeek in volumeMultiplier ? { volumeMultiplier: volumeMultiplier[menuWeek] } : {}),
  });
  if (!read.ok) throw refused(read.problems, read.errorCount);
  return {
    week: read.week,
    inputSha256: loaded.sha256,
    warnings: [...read.warnings.map(warningOf), ...assumed(read.week)],
  };
}

function warningOf(problem: Problem): InputWarning {
  const { about } = problem;
  return { message: formatProblem(problem), ...(about === undefined ? {} : { about }) };
}

/** What the forecast takes for granted where the input does not say. */
function assumed(week: Week): InputWarning[] {
  if (week.boxesSd !== undefined) return [];
  const percent = (100 * volumeSd(week)).toFixed(1);
  return [{ message: `weeks.csv gives no boxes_sd for ${week.menuWeek}: ${percent}% is assumed` }];
}

function refused(problems: readonly Problem[], count: number): InputRefused {
  return new InputRefused(describeProblems(problems, count));
}
