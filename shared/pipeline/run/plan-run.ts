/** From what was asked for to what will be run; shared by the Configurator and the command line. */
import { checkTables } from '../../domain/input/check-tables.ts';
import { describeProblems, type Problem } from '../../domain/input/problem.ts';
import { listWeeks } from '../../domain/input/list-weeks.ts';
import { rowsOf, type Tables } from '../../domain/input/tables.ts';
import type { MenuWeek } from '../../domain/model.ts';
import { InputRefused } from '../errors.ts';
import { loadInputs, type InputFiles } from '../inputs/read-inputs.ts';
import { checkRunSize, type RunLimits } from './run-limits.ts';
import { parseRunRequest, resolveWeeks, type RunSettings } from '../settings.ts';

export interface RunPlan {
  readonly settings: RunSettings;
  readonly input: string;
  readonly weeks: readonly MenuWeek[];
}

interface PlanDeps {
  readonly openInputs: (location: string) => InputFiles;
  readonly defaultInput: string;
  /** Absent: not known here; the Configurator knows. */
  readonly limits?: RunLimits;
}

/**
 * Checks the settings, and the inputs as far as they concern every week; what is wrong with one week alone
 * fails that week later, and no other.
 *
 * @param currentWeek the week the run is started in
 * @throws {@link InputRefused} with everything that is wrong, a line each
 */
export async function planRun(deps: PlanDeps, request: unknown, currentWeek: MenuWeek): Promise<RunPlan> {
  const settings = parseRunRequest(request);
  const input = settings.input ?? deps.defaultInput;
  const loaded = await loadInputs(deps.openInputs(input), { weeks: new Set() });
  const wrong = checkTables(loaded.tables).filter((problem) => problem.severity === 'error');
  const problems = [...loaded.problems.errors, ...wrong];
  if (problems.length > 0) throw refused(problems);
  const weeks = resolveWeeks(settings, listWeeks(loaded.tables), currentWeek);
  if (deps.limits) checkRunSize(deps.limits, loaded.tables, weeks);
  checkOverrides(settings, loaded.tables, weeks);
  const strange = Object.keys(settings.volumeMultiplier).filter((week) => !weeks.some((known) => known === week));
  if (strange.length > 0) {
    throw new InputRefused(`volumeMultiplier: ${strange.join(', ')} is not among the run's weeks ${weeks.join(', ')}.`);
  }
  return { settings, input, weeks };
}

/** An override that names nothing would be a what-if that asks nothing. */
function checkOverrides(settings: RunSettings, tables: Tables, weeks: readonly MenuWeek[]): void {
  const factories = tables['factories.csv'].map((row) => row.factory);
  const dates = weeks.flatMap((week) => rowsOf(tables['delivery_days.csv'], week).map((row) => row.delivery_date));
  for (const { factory, deliveryDate } of settings.capOverrides) {
    if (!factories.includes(factory)) {
      throw new InputRefused(`capOverrides: there is no factory ${factory}; expected one of ${factories.join(', ')}.`);
    }
    if (!dates.includes(deliveryDate)) {
      throw new InputRefused(
        `capOverrides: no week of the run delivers on ${deliveryDate}; its weeks are ${weeks.join(', ')}.`,
      );
    }
  }
}

function refused(problems: readonly Problem[]): InputRefused {
  return new InputRefused(describeProblems(problems, problems.length));
}
