/** Typed reading and compare-and-swap writing of the status table. */
import type { MenuWeek } from '../../domain/model.ts';
import { TransientError } from '../errors.ts';
import type { RunId } from '../messages.ts';
import type { Stage } from '../stages.ts';
import type { Table, TableItem } from '../ports.ts';
import {
  LATEST_KEY,
  publishedWeekKey,
  revisionKey,
  runKey,
  scheduleKey,
  stageKey,
  weekKey,
  type LatestRecord,
  type PublishedWeekRecord,
  type RevisionRecord,
  type RunRecord,
  type ScheduleRecord,
  type StageRecord,
  type WeekRecord,
} from './records.ts';

/** Another writer can only be first so often before something else is wrong. */
const MAX_CONFLICTS = 50;
/** No schedule is delivered later than an hour after its time; longer, for whoever looks. */
const SCHEDULE_KEPT_SECONDS = 30 * 24 * 3600;

interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** The fields of a record that its writer decides. */
export type Body<R extends TableItem> = Omit<R, keyof TableItem>;

/** One run with its weeks and stages, as the table has them. */
export interface RunView {
  readonly run: RunRecord;
  readonly weeks: readonly WeekRecord[];
  readonly stages: readonly StageRecord[];
  readonly revisions: readonly RevisionRecord[];
}

export class RunStore {
  constructor(private readonly table: Table) {}

  run = (runId: RunId) => this.read<RunRecord>(runKey(runId));
  week = (runId: RunId, week: MenuWeek) => this.read<WeekRecord>(weekKey(runId, week));
  stage = (runId: RunId, week: MenuWeek, stage: Stage) => this.read<StageRecord>(stageKey(runId, week, stage));
  latest = () => this.read<LatestRecord>(LATEST_KEY);
  publishedWeek = (week: MenuWeek) => this.read<PublishedWeekRecord>(publishedWeekKey(week));

  /**
   * Reads an item, lets `change` decide its next state, and writes that, again from the start where another
   * writer was first.
   *
   * @param change gives the next state, or undefined to leave the item as it is
   * @param seen the item as it probably still stands, which saves the first reading
   * @returns the item as it stands afterwards
   * @throws {@link TransientError} when other writers are first fifty times in a row
   */
  private async update<R extends TableItem>(
    key: Key,
    change: (now: R | undefined) => Body<R> | undefined,
    seen?: R,
  ): Promise<R | undefined> {
    const likely = seen && change(seen);
    if (likely) {
      const next = { ...likely, ...key, version: seen.version + 1 } as R;
      if (await this.table.put(next, seen.version)) return next;
    }
    for (let conflict = 0; conflict < MAX_CONFLICTS; conflict++) {
      const now = await this.read<R>(key);
      const body = change(now);
      if (body === undefined) return now;
      const expected = now?.version ?? 0;
      const next = { ...body, ...key, version: expected + 1 } as R;
      if (await this.table.put(next, expected)) return next;
    }
    throw new TransientError(`The item ${key.pk} ${key.sk} was changed by others ${MAX_CONFLICTS} times in a row.`);
  }

  updateRun = (runId: RunId, change: (now: RunRecord | undefined) => Body<RunRecord> | undefined) =>
    this.update(runKey(runId), change);
  updateWeek = (
    runId: RunId,
    week: MenuWeek,
    change: (now: WeekRecord | undefined) => Body<WeekRecord> | undefined,
    seen?: WeekRecord,
  ) => this.update(weekKey(runId, week), change, seen);
  updateStage = (
    runId: RunId,
    week: MenuWeek,
    stage: Stage,
    change: (now: StageRecord | undefined) => Body<StageRecord> | undefined,
    seen?: StageRecord,
  ) => this.update(stageKey(runId, week, stage), change, seen);
  updateRevision = (
    runId: RunId,
    revision: number,
    change: (now: RevisionRecord | undefined) => Body<RevisionRecord> | undefined,
  ) => this.update(revisionKey(runId, revision), change);
  updateLatest = (change: (now: LatestRecord | undefined) => Body<LatestRecord> | undefined) =>
    this.update(LATEST_KEY, change);
  updatePublishedWeek = (
    week: MenuWeek,
    change: (now: PublishedWeekRecord | undefined) => Body<PublishedWeekRecord> | undefined,
  ) => this.update(publishedWeekKey(week), change);

  /**
   * Claims a scheduled time for a run.
   *
   * @param scheduledTime ISO instant
   * @returns the run that has it: this one, or one that was first
   */
  async claimSchedule(scheduledTime: string, runId: RunId): Promise<RunId> {
    const expiresAt = Math.ceil(Date.parse(scheduledTime) / 1000) + SCHEDULE_KEPT_SECONDS;
    const claimed = await this.update<ScheduleRecord>(scheduleKey(scheduledTime), (now) =>
      now ? undefined : { runId, expiresAt },
    );
    return claimed?.runId ?? runId;
  }

  /** Writes a week's row if there is none yet. */
  async addWeek(week: Body<WeekRecord>): Promise<void> {
    await this.table.put({ ...week, ...weekKey(week.runId, week.week), version: 1 }, 0);
  }

  /** Writes a stage's row if it still stands as `seen`; undefined where another writer was first. */
  async swapStage(seen: StageRecord | undefined, next: Body<StageRecord>): Promise<StageRecord | undefined> {
    const version = seen?.version ?? 0;
    const item = { ...next, ...stageKey(next.runId, next.week, next.stage), version: version + 1 };
    return (await this.table.put(item, version)) ? item : undefined;
  }

  /** Runs, newest first. */
  async runs(filter: 'all' | 'unfinished', limit = 100): Promise<RunRecord[]> {
    return (await this.table.runs(filter, limit)) as RunRecord[];
  }

  async revisions(runId: RunId): Promise<RevisionRecord[]> {
    return (await this.table.query(runKey(runId).pk, 'REVISION#')) as RevisionRecord[];
  }

  /** Everything the table says of one run; undefined where there is no such run. */
  async view(runId: RunId): Promise<RunView | undefined> {
    const [run, items, revisions] = await Promise.all([
      this.run(runId),
      this.table.query(runKey(runId).pk, 'WEEK#'),
      this.revisions(runId),
    ]);
    if (!run) return undefined;
    const isStage = (item: TableItem): item is StageRecord => 'stage' in item && 'fence' in item;
    const stages = items.filter(isStage);
    const weeks = items.filter((item) => !isStage(item)) as WeekRecord[];
    return { run, weeks, stages, revisions };
  }

  private async read<R extends TableItem>(key: Key): Promise<R | undefined> {
    // The table holds only what this class wrote: its keys say which record it is.
    return (await this.table.get(key.pk, key.sk)) as R | undefined;
  }
}
