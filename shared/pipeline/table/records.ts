/** The items of the status table: what they hold and under which keys. Documented for its readers. */
import type { MenuWeek } from '../../domain/model.ts';
import type { Failure } from '../errors.ts';
import type { Replay, RunId, StageMessage } from '../messages.ts';
import { STAGES, type Stage } from '../stages.ts';
import type { TableItem } from '../ports.ts';
import type { RunSettings } from '../settings.ts';

export type RunStatus = 'RUNNING' | 'PUBLISHED' | 'PARTIAL' | 'FAILED' | 'CANCELLED';
export type WeekStatus = 'PENDING' | 'RUNNING' | 'COMPLETE' | 'FAILED';
/** RETRYING: a transient error gave the message back to its queue. */
export type StageStatus = 'RUNNING' | 'RETRYING' | 'COMPLETE' | 'FAILED';

/** The run: key `RUN#<runId>` / `RUN`. */
export interface RunRecord extends TableItem {
  readonly runId: RunId;
  readonly status: RunStatus;
  readonly kind: 'baseline' | 'what-if';
  readonly settings: RunSettings;
  /** Where its inputs were read from. */
  readonly input: string;
  readonly weeks: readonly MenuWeek[];
  readonly label?: string;
  readonly startedBy?: string;
  /** ISO instants. */
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly codeVersion: string;
  /** The newest published revision; 0 before the first. */
  readonly revision: number;
  readonly failure?: Failure;
  /** Key of the index of runs by start time. */
  readonly runsKey: 'RUNS';
  /** Key of the index of what has not ended; absent once it has. */
  readonly unfinishedKey?: 'UNFINISHED';
}

/** A week of a run: key `RUN#<runId>` / `WEEK#<week>`. */
export interface WeekRecord extends TableItem {
  readonly runId: RunId;
  readonly week: MenuWeek;
  readonly status: WeekStatus;
  /** Rises with every replay; 1 for the run's own pass. */
  readonly attempt: number;
  /** The stage it is in, or was in last. */
  readonly stage?: Stage;
  readonly failure?: Failure;
  readonly replay?: Replay;
  readonly updatedAt: string;
}

/** Where a stage's data lies (claim check): what does not fit a message. */
export interface ArtifactRef {
  readonly key: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** What a stage hands on. */
export interface StageResult {
  readonly artifact: ArtifactRef;
  readonly summary: Readonly<Record<string, unknown>>;
}

export interface Committed extends StageResult {
  readonly attempt: number;
  readonly startedAt: string;
  readonly committedAt: string;
}

/** A stage of a week: key `RUN#<runId>` / `WEEK#<week>#<n>-<stage>`. */
export interface StageRecord extends TableItem {
  readonly runId: RunId;
  readonly week: MenuWeek;
  readonly stage: Stage;
  readonly status: StageStatus;
  readonly attempt: number;
  /** Rises with every claim: a worker that holds an older one commits nothing. */
  readonly fence: number;
  /** ISO instant until which the claim holds without a sign of life; absent when nobody works on it. */
  readonly leaseUntil?: string;
  readonly heartbeatAt?: string;
  /** When this attempt was first claimed. */
  readonly claimedAt: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  /** Claims of this attempt, the first included. */
  readonly deliveries: number;
  /** Ids of queue messages already taken for this attempt: their redelivery is no replay. */
  readonly messageIds: readonly string[];
  /** The last message; its token is removed once it has been answered. */
  readonly message: StageMessage;
  readonly tokenSha256?: string;
  /** PENDING: committed, and not yet answered or passed on. */
  readonly handoff?: 'PENDING' | 'DONE';
  readonly failure?: Failure;
  /** The newest committed result; it outlives later attempts that fail. */
  readonly committed?: Committed;
}

/** What came back of a mail that the service had taken, from one recipient. */
export interface MailReturn {
  /** BOUNCED: it did not arrive. COMPLAINED: it did, and was marked as spam. */
  readonly kind: 'BOUNCED' | 'COMPLAINED';
  readonly to: string;
  /** The service's words, and those of the recipient's mail server. */
  readonly reason: string;
  readonly at: string;
}

/**
 * What happened to a revision's mail. UNCONFIRMED: the service did not answer, or the process
 * died before it could record the answer. NOT_ASKED: a what-if that named nobody. BOUNCED: it did not
 * arrive at some recipient. COMPLAINED: it arrived, and some recipient marked it as spam.
 */
export type MailStatus =
  | { readonly state: 'NONE' }
  | { readonly state: 'NOT_ASKED' }
  | { readonly state: 'SENDING'; readonly since: string; readonly sender: string }
  | { readonly state: 'SENT'; readonly messageId: string; readonly at: string }
  | { readonly state: 'FAILED'; readonly failure: Failure; readonly at: string }
  | { readonly state: 'UNCONFIRMED'; readonly since: string; readonly failure?: Failure }
  | {
      readonly state: MailReturn['kind'];
      readonly messageId: string;
      /** One for each recipient and kind. */
      readonly returns: readonly MailReturn[];
    };

/** The last published forecast of a week, which the week is compared with. */
export interface PreviousForecast {
  readonly runId: RunId;
  readonly revision: number;
  readonly startedAt: string;
  readonly publishedAt?: string;
  readonly artifact: ArtifactRef;
}

/** What a revision is made of and compared with, by week; behind {@link RevisionRecord.basis}. */
export interface RevisionBasis {
  readonly weeks: Readonly<Record<string, ArtifactRef>>;
  /** Of each week without a forecast, the attempt that failed last and why. */
  readonly failures: Readonly<Record<string, { readonly attempt: number; readonly failure: Failure }>>;
  /** The stages' committed attempts, and when each was at work. */
  readonly stages: readonly CommittedStage[];
  /** What was published of each week before the run's first revision. */
  readonly previous: Readonly<Record<string, PreviousForecast>>;
  /** ISO instant: when the inputs were read, those of the week read first. */
  readonly inputsReadAt?: string;
}

export interface CommittedStage extends Omit<Committed, keyof StageResult> {
  readonly week: MenuWeek;
  readonly stage: Stage;
}

/** One published revision: key `RUN#<runId>` / `REVISION#<00001>`. */
export interface RevisionRecord extends TableItem {
  readonly runId: RunId;
  readonly revision: number;
  readonly status: 'PUBLISHED' | 'PARTIAL' | 'FAILED';
  /** The committed attempt that it holds of each week; 0 where the week has none. */
  readonly attempts: Readonly<Record<string, number>>;
  /** Where its {@link RevisionBasis} lies. */
  readonly basis?: ArtifactRef;
  readonly createdAt: string;
  /** When its files were there. */
  readonly publishedAt?: string;
  /** When it was mailed, announced and pointed to as well: nothing of it is left to do. */
  readonly completedAt?: string;
  readonly correction?: Replay;
  readonly mail: MailStatus;
}

/** Which revision is the newest of the newest complete baseline run: key `LATEST` / `LATEST`. */
export interface LatestRecord extends TableItem {
  readonly runId: RunId;
  readonly revision: number;
  readonly startedAt: string;
}

/** What was last published for a menu week by a baseline run: key `PUBLISHED` / `<week>`. */
export interface PublishedWeekRecord extends TableItem {
  readonly week: MenuWeek;
  readonly runId: RunId;
  readonly revision: number;
  readonly startedAt: string;
  readonly artifact: ArtifactRef;
}

/** Which run a scheduled time has started: key `SCHEDULE` / `<ISO instant>`. */
export interface ScheduleRecord extends TableItem {
  readonly runId: RunId;
  /** Seconds since the epoch, from when on the table forgets it. */
  readonly expiresAt: number;
}

export const runKey = (runId: RunId) => ({ pk: `RUN#${runId}`, sk: 'RUN' });
export const weekKey = (runId: RunId, week: MenuWeek) => ({ pk: `RUN#${runId}`, sk: `WEEK#${week}` });
export const stageKey = (runId: RunId, week: MenuWeek, stage: Stage) => ({
  pk: `RUN#${runId}`,
  sk: `WEEK#${week}#${STAGES.indexOf(stage) + 1}-${stage}`,
});
export const revisionKey = (runId: RunId, revision: number) => ({
  pk: `RUN#${runId}`,
  sk: `REVISION#${String(revision).padStart(5, '0')}`,
});
export const LATEST_KEY = { pk: 'LATEST', sk: 'LATEST' } as const;
export const scheduleKey = (scheduledTime: string) => ({ pk: 'SCHEDULE', sk: scheduledTime });
export const publishedWeekKey = (week: MenuWeek) => ({ pk: 'PUBLISHED', sk: week });
