/** One schedule from its plan to its end, or to the first invariant that it breaks. */
import { createHash } from 'node:crypto';
import type { RunId } from '../../../../shared/pipeline/messages.ts';
import type { LocalTemplate } from '../../../local/cloudformation/template.ts';
import type { Violation } from './checks/invariants.ts';
import { checkEnd } from './checks/end-checks.ts';
import { startedAgain } from './checks/executions.ts';
import { Operator } from './operator.ts';
import type { Plan } from './plan.ts';
import { Deployment } from './cloud/deployment.ts';

export interface Outcome {
  readonly violation: Violation | undefined;
  /** Entries of the scheduler. */
  readonly steps: number;
  /** Faults that hit something, as `kind call role`. */
  readonly hits: readonly string[];
  /** SHA-256 of the trace; empty where none was asked for. */
  readonly traceSha256: string;
}

const MAX_STEPS = 60_000;
/** The second run starts at most so many seconds after the first. */
const NEXT_RUN_SECONDS = 200;
/** The sweeper comes round when every lease is over. */
const SWEEP_SECONDS = 3_600;

/** @param trace told every line of what happens */
export async function runSchedule(
  plan: Plan,
  template: LocalTemplate,
  trace?: (line: string) => void,
): Promise<Outcome> {
  const hash = trace && createHash('sha256');
  const tell =
    hash &&
    ((line: string) => {
      hash.update(`${line}\n`);
      trace(line);
    });
  const runIds = Array.from({ length: plan.runs }, (_, run) => `run-${run + 1}` as RunId);
  const deployment: Deployment = new Deployment(plan, template, tell, (calls) => operator.due(calls));
  const operator = new Operator(() => deployment, plan.actions, runIds);
  const started = startRuns(deployment, plan, runIds);
  const live = async () => {
    const outcome = await deployment.scheduler.run(() => deployment.checks.violation !== undefined, MAX_STEPS);
    if (outcome === 'endless') deployment.checks.broken('every-run-ends', `still busy after ${MAX_STEPS} steps`);
    return outcome === 'idle';
  };
  do {
    if (!(await live())) break;
  } while (operator.next());
  deployment.faults.stop();
  for (let round = 0; round < 2 && deployment.checks.violation === undefined; round++) {
    deployment.scheduler.schedule(SWEEP_SECONDS * 1000, () => operator.sweep());
    await live();
  }
  if (deployment.checks.violation === undefined) await checkEnd(deployment, started);
  const { violation } = deployment.checks;
  if (violation) deployment.note(() => `BROKEN ${violation.invariant}: ${violation.message}`);
  return {
    violation,
    steps: deployment.scheduler.steps,
    hits: deployment.faults.hits,
    traceSha256: hash?.digest('hex') ?? '',
  };
}

/** The hour that the first run was scheduled for. */
const SCHEDULED_TIME = '2026-11-23T08:00:00Z';

/** @returns the names of the executions, as they are started */
function startRuns(deployment: Deployment, plan: Plan, runIds: readonly RunId[]): readonly string[] {
  const started: string[] = [];
  const { startedAgainAfter } = plan;
  const start = (name: string, afterSeconds: number, scheduled: object) =>
    deployment.scheduler.schedule(afterSeconds * 1000, () => {
      started.push(name);
      const { weeks } = deployment.inputs;
      const input = { weeks: [...weeks], maxConcurrency: plan.mapConcurrency, ...scheduled };
      void deployment.machine.start(name, input);
    });
  const scheduled = startedAgainAfter === undefined ? {} : { scheduledTime: SCHEDULED_TIME };
  runIds.forEach((runId, run) => {
    start(runId, run * deployment.random.between(1, NEXT_RUN_SECONDS), run === 0 ? scheduled : {});
  });
  if (startedAgainAfter !== undefined) start(startedAgain(runIds[0]), startedAgainAfter, scheduled);
  return started;
}
