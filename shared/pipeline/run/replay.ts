/**
 * Replays: a week's stage message, sent again. What it needs is in the status table; nothing that has left the
 * queues is asked for.
 */
import type { MenuWeek } from '../../domain/model.ts';
import { MESSAGE_FORMAT } from '../formats.ts';
import { publicationName } from '../table/execution-names.ts';
import { leaseIsLive } from '../table/lease.ts';
import type { Replay, RunId, StageMessage } from '../messages.ts';
import { FIRST_STAGE, LAST_STAGE, STAGES, type Stage } from '../stages.ts';
import type { Executions, StageQueues } from '../ports.ts';
import type { StageRecord, WeekRecord } from '../table/records.ts';
import type { RunView } from '../table/run-store.ts';

/** The replay cannot be had; the message says why, and what can be done instead. */
export class ReplayRefused extends Error {
  override readonly name = 'ReplayRefused';
}

/** Which weeks: named ones, those that failed, or those of which the newest revision holds nothing new. */
export type WhichWeeks = 'failed' | 'missing' | readonly MenuWeek[];

/** One week as it would be run again. */
export interface WeekReplay {
  readonly week: MenuWeek;
  readonly from: Stage;
  readonly message: StageMessage;
  /** The week's own task still waits: the execution carries on, and nothing is published apart. */
  readonly carriesOn: boolean;
}

export interface ReplayPlan {
  readonly runId: RunId;
  readonly replay: Replay;
  readonly weeks: readonly WeekReplay[];
  /** Committed results that no revision holds: they only have to be published. */
  readonly unpublished: readonly MenuWeek[];
}

export interface ReplayDeps {
  readonly queues: Pick<StageQueues, 'send'>;
  readonly executions: Pick<Executions, 'start'>;
}

/**
 * What a replay would send. Nothing is done yet.
 *
 * @param from the stage to begin with; by default the one that failed, else the first
 * @param now milliseconds since the epoch
 * @throws {@link ReplayRefused} for a cancelled run, a week that it does not have or that is being worked on, a
 *   stage whose input was never made, and where there is nothing to replay
 */
export function planReplay(
  view: RunView,
  which: WhichWeeks,
  from: Stage | undefined,
  replay: Replay,
  now: number,
): ReplayPlan {
  const { run } = view;
  if (run.status === 'CANCELLED')
    throw new ReplayRefused(`Run ${run.runId} was cancelled; a cancelled run accepts no replay.`);
  const weeks = chosen(view, which).map((week) => weekReplay(view, week, from, replay, now));
  const unpublished = which === 'missing' && run.status !== 'RUNNING' ? unpublishedWeeks(view) : [];
  if (weeks.length + unpublished.length === 0) {
    const kind = which === 'failed' ? 'failed' : 'missing';
    throw new ReplayRefused(`Run ${run.runId} has no ${kind} week: there is nothing to replay.`);
  }
  return { runId: run.runId, replay, weeks, unpublished };
}

function chosen(view: RunView, which: WhichWeeks): readonly WeekRecord[] {
  if (which === 'failed') return view.weeks.filter(({ status }) => status === 'FAILED');
  if (which === 'missing') return view.weeks.filter(({ week }) => attemptOf(view, week) === 0);
  return [...new Set(which)].map((wanted) => {
    const found = view.weeks.find(({ week }) => week === wanted);
    if (found) return found;
    const known = view.run.weeks.join(', ');
    throw new ReplayRefused(`Run ${view.run.runId} has no week ${wanted}; it has ${known}.`);
  });
}

/** The attempt whose forecast is committed; 0 where there is none. */
function attemptOf(view: RunView, week: MenuWeek): number {
  return rowOf(view, week, LAST_STAGE)?.committed?.attempt ?? 0;
}

function rowOf(view: RunView, week: MenuWeek, stage: Stage): StageRecord | undefined {
  return view.stages.find((row) => row.week === week && row.stage === stage);
}

/** Whether a Publisher died between a revision's files and its mail, its event or the pointer to it. */
export function isLeftInTheMiddle({ revisions }: Pick<RunView, 'revisions'>): boolean {
  const newest = revisions.at(-1);
  return newest !== undefined && newest.completedAt === undefined;
}

/** Committed forecasts that are in no completed revision: the process died before it could. */
function unpublishedWeeks(view: RunView): MenuWeek[] {
  const newest = view.revisions.filter(({ completedAt }) => completedAt !== undefined).at(-1);
  return view.run.weeks.filter((week) => attemptOf(view, week) > (newest?.attempts[week] ?? 0));
}

function weekReplay(view: RunView, week: WeekRecord, from: Stage | undefined, replay: Replay, now: number): WeekReplay {
  const { runId } = view.run;
  const isUnderWay = week.status === 'PENDING' || week.status === 'RUNNING';
  if (isUnderWay && view.run.status === 'RUNNING') return carriedOn(view, week, from, now);
  if (view.run.status === 'RUNNING') {
    const { status } = week;
    throw new ReplayRefused(
      `${week.week} is ${status}, and its run is still under way: replay it when the run has ended.`,
    );
  }
  const stage = from ?? firstStage(view, week);
  const missing = STAGES.slice(0, STAGES.indexOf(stage)).find((earlier) => !rowOf(view, week.week, earlier)?.committed);
  if (missing)
    throw new ReplayRefused(`${week.week} has no committed result of ${missing}: replay it with --from ${missing}.`);
  const newest = Math.max(week.attempt, ...STAGES.map((one) => rowOf(view, week.week, one)?.attempt ?? 0));
  const message: StageMessage = { v: MESSAGE_FORMAT, runId, week: week.week, stage, attempt: newest + 1, replay };
  return { week: week.week, from: stage, message, carriesOn: false };
}

/** The stage that failed, if what comes before it is there; else the first. */
function firstStage(view: RunView, week: WeekRecord): Stage {
  const failed = STAGES.find((stage) => rowOf(view, week.week, stage)?.status === 'FAILED');
  const stage = week.status === 'FAILED' ? failed : undefined;
  return stage ?? FIRST_STAGE;
}

/** A week that a task waits for: its last message again, token and all. */
function carriedOn(view: RunView, week: WeekRecord, from: Stage | undefined, now: number): WeekReplay {
  const row = STAGES.flatMap((stage) => rowOf(view, week.week, stage) ?? []).at(-1);
  const cannot = (why: string) => new ReplayRefused(`${week.week} ${why} Look again, or: larder cancel.`);
  if (!row || row.status === 'COMPLETE' || row.status === 'FAILED')
    throw cannot('waits for a worker: its message is on its way.');
  if (leaseIsLive(row, now)) throw cannot(`is being worked on (${row.stage}).`);
  if (from !== undefined && from !== row.stage)
    throw cannot(`waits in ${row.stage}: a week under way can only be replayed from there.`);
  return { week: week.week, from: row.stage, message: row.message, carriesOn: true };
}

/** Sends what was planned. */
export async function sendReplay(deps: ReplayDeps, plan: ReplayPlan): Promise<void> {
  for (const { message } of plan.weeks) await deps.queues.send(message);
  if (plan.weeks.length > 0 || plan.unpublished.length === 0) return;
  await deps.executions.start(publicationName(plan.runId, plan.replay), { runId: plan.runId, correction: plan.replay });
}
