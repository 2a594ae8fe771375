/** Everything that is wrong with a folder of inputs, at once. */
import { checkTables } from '../../domain/input/check-tables.ts';
import { listWeeks } from '../../domain/input/list-weeks.ts';
import { formatProblem, type Problem } from '../../domain/input/problem.ts';
import { readWeek } from '../../domain/input/read-week.ts';
import { InputError } from '../../domain/errors.ts';
import type { MenuWeek, Week } from '../../domain/model.ts';
import { simulateOrders } from '../../domain/orders/simulate-orders.ts';
import { loadInputs, type InputFiles } from './read-inputs.ts';
import { DEFAULT_SEED } from '../settings.ts';

export interface Validation {
  /** The first, `MAX_PROBLEMS_KEPT` at most. */
  readonly errors: readonly Problem[];
  readonly errorCount: number;
  readonly warnings: readonly Problem[];
  readonly weeks: readonly MenuWeek[];
}

/**
 * Reads every file and every week of it, and draws the week's orders: some weeks are sound row by row and cannot be drawn
 * all the same. What is wrong with rows of `*` is reported once, not once a week.
 */
export async function validateInputs(files: InputFiles): Promise<Validation> {
  const loaded = await loadInputs(files);
  const { tables, problems: found } = loaded;
  const weeks = listWeeks(tables);
  const reported = new Set<string>();
  const add = (problem: Problem) => {
    const line = formatProblem(problem);
    if (reported.has(line)) return;
    reported.add(line);
    if (problem.severity === 'error') found.error(problem);
    else found.warn(problem);
  };
  checkTables(tables).forEach(add);
  // Of rows that were refused too little is known to draw anything.
  const isReadable = found.errorCount === 0;
  for (const week of weeks) {
    const read = readWeek(tables, week, { horizonWeeks: 0 });
    read.warnings.forEach(add);
    if (!read.ok) read.problems.forEach(add);
    else if (isReadable) problemsOfDrawing(read.week).forEach(add);
  }
  return { errors: found.errors, errorCount: found.errorCount, warnings: found.warnings, weeks };
}

/** What keeps a week's orders from being as it expects. */
function problemsOfDrawing(week: Week): Problem[] {
  const problem = (severity: Problem['severity'], message: string): Problem => ({
    file: 'weeks.csv',
    message: `${week.menuWeek} ${message}`,
    severity,
  });
  try {
    const { missed } = simulateOrders(week, { seed: DEFAULT_SEED, constraints: {} });
    return missed.map((message) => problem('warning', `is not as expected: ${message}`));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return [problem('error', `cannot be drawn: ${error.message}`)];
  }
}
