/** The Configurator: what is to be run, decided and recorded before anything else happens. */
import { LogEvent } from '../../shared/pipeline/log-events.ts';
import pLimit from 'p-limit';
import * as z from '../../shared/pipeline/schema.ts';
import { weekOfDate } from '../../shared/domain/iso-week.ts';
import type { MenuWeek } from '../../shared/domain/model.ts';
import { runIdSchema, type RunId } from '../../shared/pipeline/messages.ts';
import { planRun, type RunPlan } from '../../shared/pipeline/run/plan-run.ts';
import type { Log } from '../../shared/pipeline/ports.ts';
import type { InputFiles } from '../../shared/pipeline/inputs/read-inputs.ts';
import type { RunStore } from '../../shared/pipeline/table/run-store.ts';
import { addRun } from '../../shared/pipeline/table/new-run.ts';
import { parseRunRequest } from '../../shared/pipeline/settings.ts';

export interface ConfiguratorDeps {
  readonly store: RunStore;
  readonly openInputs: (location: string) => InputFiles;
  /** Where the inputs lie when the run does not say. */
  readonly defaultInput: string;
  /** What the run is recorded as made by. */
  readonly codeVersion: string;
  readonly log: Log;
}

const eventSchema = z.object({
  runId: runIdSchema,
  /** When the execution started, ISO. */
  startedAt: z.string(),
  settings: z.unknown(),
});

/** What the Map runs over. */
export interface Configured {
  readonly runId: RunId;
  readonly weeks: readonly MenuWeek[];
  readonly maxConcurrency: number;
}

/** Another execution of the same scheduled time was first, and does its work. */
export interface StartedBefore {
  readonly startedBefore: RunId;
}

/** Week rows written side by side. */
const MAX_WRITES = 25;

/**
 * Validates the run's settings and inputs and writes its record and those of its weeks. Safe to repeat.
 *
 * @throws InputRefused before the run is recorded, where the settings or the inputs as a whole are wrong
 */
export async function configure(deps: ConfiguratorDeps, event: unknown): Promise<Configured | StartedBefore> {
  const { runId, startedAt, settings } = eventSchema.parse(event);
  const { scheduledTime } = parseRunRequest(settings);
  if (scheduledTime !== undefined) {
    // EventBridge Scheduler delivers at least once, under a new execution name each time.
    const first = await deps.store.claimSchedule(scheduledTime, runId);
    if (first !== runId) {
      deps.log.info(LogEvent.RunStartedBefore, { runId, scheduledTime, startedBefore: first });
      return { startedBefore: first };
    }
  }
  const plan = await planRun(deps, settings, weekOfDate(startedAt.slice(0, 10)));
  await record(deps, runId, startedAt, plan);
  deps.log.info(LogEvent.RunConfigured, { runId, weeks: plan.weeks.length });
  return { runId, weeks: plan.weeks, maxConcurrency: plan.settings.maxConcurrency };
}

async function record(
  { store, codeVersion }: ConfiguratorDeps,
  runId: RunId,
  startedAt: string,
  plan: RunPlan,
): Promise<void> {
  await addRun(store, { ...plan, runId, startedAt, codeVersion });
  await pLimit(MAX_WRITES).map(plan.weeks, (week) =>
    store.addWeek({ runId, week, status: 'PENDING', attempt: 1, updatedAt: startedAt }),
  );
}
