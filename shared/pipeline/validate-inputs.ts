/** Everything that is wrong with a folder of inputs, at once. */
import { checkTables } from '../domain/input/check-tables';
import { listWeeks } from '../domain/input/list-weeks';
import { formatProblem, type Problem } from '../domain/input/problem';
import { readWeek } from '../domain/input/read-week';
import type { MenuWeek } from '../domain/model';
import { loadInputs, type InputFiles } from './read-inputs';

export interface Validation {
  /** The first fifty. */
  readonly errors: readonly Problem[];
  readonly errorCount: number;
  readonly warnings: readonly Problem[];
  readonly weeks: readonly MenuWeek[];
}

/** Reads every file and every week of it. What is wrong with rows of `*` is said once, not once a week. */
export async function validateInputs(files: InputFiles): Promise<Validation> {
  const loaded = await loadInputs(files);
  const { tables, problems: found } = loaded;
  const weeks = listWeeks(tables);
  const said = new Set<string>();
  const add = (problem: Problem) => {
    const line = formatProblem(problem);
    if (said.has(line)) return;
    said.add(line);
    if (problem.severity === 'error') found.error(problem);
    else found.warn(problem);
  };
  checkTables(tables).forEach(add);
  for (const week of weeks) {
    const read = readWeek(tables, week, { horizonWeeks: 0 });
    (read.ok ? [] : read.problems).forEach(add);
    read.warnings.forEach(add);
  }
  return { errors: found.errors, errorCount: found.errorCount, warnings: found.warnings, weeks };
}
