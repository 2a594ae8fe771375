/** Runs whose execution has died without saying so: stopped, timed out, or gone with its process. */
import { LogEvent } from '../log-events.ts';
import pLimit from 'p-limit';
import { FAILURE_NAMES, type Failure } from '../errors.ts';
import { endStage } from '../table/end-stage.ts';
import { failRun, failWeek } from '../table/fail-week.ts';
import { leaseIsLive } from '../table/lease.ts';
import type { RunId } from '../messages.ts';
import type { PipelineDeps } from '../deps.ts';
import type { StageRecord, WeekRecord } from '../table/records.ts';
import type { RunView } from '../table/run-store.ts';

export type SweepDeps = Pick<PipelineDeps, 'store' | 'executions' | 'clock' | 'log'>;

/** Runs read side by side. */
const MAX_READS = 25;

const REASONS = {
  SUCCEEDED: 'its execution ended and published nothing',
  FAILED: 'its execution failed',
  TIMED_OUT: 'its execution timed out',
  ABORTED: 'its execution was stopped',
  UNKNOWN: 'the process that ran it ended before it did',
} as const;

/**
 * Marks every unfinished run whose execution no longer runs as failed, with its unfinished weeks and the stages
 * that nobody works on any more.
 *
 * @param isWorkedOn whether a worker may still be at the stage at a time (milliseconds since the epoch)
 */
export async function sweep(
  deps: SweepDeps,
  isWorkedOn: (row: StageRecord, now: number) => boolean = leaseIsLive,
): Promise<RunId[]> {
  const swept: RunId[] = [];
  for (const { runId } of await deps.store.runs('unfinished')) {
    const status = await deps.executions.status(runId);
    // The index lags behind the table: the run itself says whether it has ended.
    const view = await deps.store.view(runId);
    if (status === 'RUNNING' || view?.run.status !== 'RUNNING') continue;
    const failure: Failure = { error: FAILURE_NAMES.interrupted, message: REASONS[status] };
    await endWeeks(deps, view, failure, isWorkedOn);
    await failRun(deps, runId, failure);
    deps.log.warn(LogEvent.RunSwept, { runId, ...failure });
    swept.push(runId);
  }
  return swept;
}

/**
 * The same for whoever owns the state and has just started: nothing that ran before still runs, neither the
 * runs' own executions nor replays of runs that had ended already, whose messages have died with their queues.
 */
export async function sweepAfterRestart(deps: SweepDeps): Promise<RunId[]> {
  const nobodyWorks = () => false;
  await pLimit(MAX_READS).map(await deps.store.runs('all'), async (listed) => {
    const { runId } = listed;
    // A local table may have died between its index and the row itself.
    await deps.store.updateRun(runId, (now) => (now ? undefined : listed));
    const view = await deps.store.view(runId);
    if (!view || view.run.status === 'RUNNING' || view.run.status === 'CANCELLED') return;
    await endWeeks(deps, view, { error: FAILURE_NAMES.interrupted, message: REASONS.UNKNOWN }, nobodyWorks);
  });
  return sweep(deps, nobodyWorks);
}

/** Ends the stages that nobody works on, and the weeks that have not ended. */
async function endWeeks(
  deps: SweepDeps,
  { run, stages, weeks }: RunView,
  failure: Failure,
  isWorkedOn: (row: StageRecord, now: number) => boolean,
): Promise<void> {
  for (const row of stages) {
    if (!isSettled(row) && !isWorkedOn(row, deps.clock.now())) await endStage(deps, row, failure);
  }
  for (const week of weeks) {
    const isAtWork = stages.some((row) => row.week === week.week && isWorkedOn(row, deps.clock.now()));
    // A replay is no part of the execution: its own messages bring it to its end.
    if (isSettled(week) || (week.replay && isAtWork)) continue;
    await failWeek(deps, run.runId, week.week, failure, week.attempt);
  }
}

function isSettled({ status }: StageRecord | WeekRecord): boolean {
  return status === 'COMPLETE' || status === 'FAILED';
}
