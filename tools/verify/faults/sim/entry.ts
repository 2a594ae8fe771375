/** What the bundle offers: one seed, one plan, one outcome. */
import { readTemplate } from '../../../local/cloudformation/template.ts';
import { resetIds } from './replacements/ids.ts';
import { drawPlan, type Plan } from './plan.ts';
import { runSchedule, type Outcome } from './run-schedule.ts';

export type { Outcome, Plan };

export interface Simulation {
  readonly drawPlan: (seed: number) => Plan;
  /** @param trace told every line of what happens */
  readonly run: (plan: Plan, trace?: (line: string) => void) => Promise<Outcome>;
}

/** @param template the JSON value of the synthesized template */
export function openSimulation(template: unknown): Simulation {
  const read = readTemplate(template);
  // No stack trace is read here, and making one costs more than a step.
  Error.stackTraceLimit = 0;
  return {
    drawPlan,
    run: (plan, trace) => {
      resetIds();
      return runSchedule(plan, read, trace);
    },
  };
}
