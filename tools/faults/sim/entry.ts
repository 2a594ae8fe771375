/** What the bundle offers to the command. */
import { readTemplate } from '../../local/template';
import { resetIds } from './ids';
import { drawPlan, type Plan } from './plan';
import { runSchedule, type Outcome } from './run-schedule';

export { INVARIANTS } from './checks';
export { drawPlan };
export type { Outcome, Plan };

/** @param template the JSON value of the synthesized template */
export function openSimulation(template: unknown) {
  const read = readTemplate(template);
  // Nobody reads a stack here, and taking one costs more than most steps.
  Error.stackTraceLimit = 0;
  return {
    run: (plan: Plan, trace?: (line: string) => void): Promise<Outcome> => {
      resetIds();
      return runSchedule(plan, read, trace);
    },
  };
}
