/**
 * The Publisher: aggregates the newest committed attempt of every week into the next revision.
 *
 * Every step can be repeated: a revision is found again by the attempts that it holds, its files are the same
 * bytes whoever writes them, and its mail goes out once.
 */
import { LogEvent } from '../../shared/pipeline/log-events.ts';
import * as z from '../../shared/pipeline/schema.ts';
import { MessageRefused } from '../../shared/pipeline/errors.ts';
import { withFields } from '../../shared/pipeline/stage/log-fields.ts';
import { replaySchema, runIdSchema, type Replay, type RunId } from '../../shared/pipeline/messages.ts';
import type { RevisionRecord, RunRecord, StageRecord } from '../../shared/pipeline/table/records.ts';
import type { Body, RunView } from '../../shared/pipeline/table/run-store.ts';
import { moveLatest } from './latest.ts';
import { sendOnce } from './mail-once.ts';
import { loadWeeks } from './load-weeks.ts';
import { basisOf, takeBasis } from './basis.ts';
import { failUnendedWeeks, type Caught } from './unended-weeks.ts';
import type { PublisherDeps } from './deps.ts';
import { LAST_STAGE } from '../../shared/pipeline/stages.ts';
import { writeRevision } from './write-revision.ts';

const text = z.nullish(z.string());

const eventSchema = z.object({
  runId: runIdSchema,
  correction: z.optional(replaySchema),
  /** What the Map failed with: what its weeks have committed is published all the same. */
  mapFailure: z.optional(z.object({ Error: text, Cause: text })),
});

export interface Published {
  readonly runId: RunId;
  readonly revision: number;
  /** SKIPPED: other weeks of the same replay are still under way, and the last of them publishes. */
  readonly status: 'PUBLISHED' | 'PARTIAL' | 'FAILED' | 'SKIPPED';
}

/** Publishes the run's next revision, or carries on with the one that an earlier call began. */
export async function publish(deps: PublisherDeps, event: unknown): Promise<Published> {
  const { runId, correction, mapFailure } = eventSchema.parse(event);
  const published = await publishNext(deps, runId, correction, mapFailure);
  const late = await settledMeanwhile(deps, published);
  return late ? publishNext(deps, runId, late) : published;
}

async function publishNext(
  deps: PublisherDeps,
  runId: RunId,
  correction: Replay | undefined,
  mapFailure?: Caught,
): Promise<Published> {
  const view = await deps.store.view(runId);
  if (!view) throw new MessageRefused(`There is no run ${runId}.`);
  if (view.run.status === 'CANCELLED') return { runId, revision: view.run.revision, status: 'FAILED' };
  if (correction && isUnderWay(view, correction)) {
    return { runId, revision: view.run.revision, status: 'SKIPPED' };
  }
  const again = () => publishNext(deps, runId, correction, mapFailure);
  // The run's own pass waits for none of its weeks any more.
  if (!correction && (await failUnendedWeeks(deps, view, mapFailure))) return again();
  const record = await takeRevision(deps, view, correction);
  if (!record) return again();
  const log = withFields(deps.log, { runId, revision: record.revision });
  const basis = await basisOf(deps.artifacts, record);
  const weeks = await loadWeeks(deps, view.run, record, basis);
  const files = await writeRevision(deps, { run: view.run, record, basis, weeks });
  if (!(await endRun(deps, record))) return { runId, revision: view.run.revision, status: 'FAILED' };
  if (files.mail.to.length > 0) await sendOnce({ ...deps, log }, record, files.mail);
  else await noteNotAsked(deps, record);
  if (record.status !== 'FAILED') {
    await deps.events.forecastPublished(files.event);
    await moveLatest(deps, view.run, record, weeks);
  }
  await noteCompleted(deps, record);
  const weeksComplete = weeks.filter(({ result }) => result).length;
  log.info(LogEvent.RevisionPublished, {
    status: record.status,
    weeksComplete,
    weeksFailed: weeks.length - weeksComplete,
  });
  return { runId, revision: record.revision, status: record.status };
}

/**
 * A replay that settled while the revision was made found its run still under way, and left the publication to
 * whoever ends the run.
 */
async function settledMeanwhile(deps: PublisherDeps, { runId, status }: Published): Promise<Replay | undefined> {
  if (status === 'SKIPPED') return undefined;
  const view = await deps.store.view(runId);
  const newest = view?.revisions.at(-1);
  if (!view || !newest || view.run.status === 'CANCELLED') return undefined;
  const late = view.weeks.find(
    ({ week }) => (lastStage(view, week)?.committed?.attempt ?? 0) > (newest.attempts[week] ?? 0),
  );
  return late?.replay;
}

/** A what-if that names nobody mails nobody; its record says so. */
async function noteNotAsked(deps: PublisherDeps, { runId, revision }: RevisionRecord): Promise<void> {
  await deps.store.updateRevision(runId, revision, (now) =>
    now?.mail.state === 'NONE' ? { ...now, mail: { state: 'NOT_ASKED' } } : undefined,
  );
}

/** A revision without it was left in the middle: asking for the same again carries on with it. */
async function noteCompleted(deps: PublisherDeps, { runId, revision }: RevisionRecord): Promise<void> {
  const completedAt = new Date(deps.clock.now()).toISOString();
  await deps.store.updateRevision(runId, revision, (now) =>
    now && now.completedAt === undefined ? { ...now, completedAt } : undefined,
  );
}

/** Whether a week of the same replay has not settled yet. */
function isUnderWay(view: RunView, correction: Replay): boolean {
  // A run that is still under way publishes all its weeks itself, this one among them.
  if (view.run.status === 'RUNNING') return true;
  return view.weeks.some((week) => week.replay?.id === correction.id && week.status === 'RUNNING');
}

function lastStage(view: RunView, week: string): StageRecord | undefined {
  return view.stages.find((row) => row.week === week && row.stage === LAST_STAGE);
}

/**
 * The revision that holds exactly what is committed now: an earlier one that was begun, or the next.
 *
 * @returns undefined where a revision holds a newer attempt than `view`, which a slow reading has left behind: to
 *   publish it as the next revision would take a week back
 */
async function takeRevision(
  deps: PublisherDeps,
  view: RunView,
  correction: Replay | undefined,
): Promise<RevisionRecord | undefined> {
  const { run } = view;
  const attempts = Object.fromEntries(run.weeks.map((week) => [week, lastStage(view, week)?.committed?.attempt ?? 0]));
  const wanted = JSON.stringify(attempts);
  const isWanted = (record: RevisionRecord | undefined) =>
    record !== undefined && JSON.stringify(sorted(record.attempts, run)) === wanted;
  const read = (revision: number) => deps.store.updateRevision(run.runId, revision, keep);
  for (let revision = view.revisions.length; ; revision++) {
    const found = revision > 0 ? await read(revision) : undefined;
    if (found && isWanted(found)) return found;
    if (found && run.weeks.some((week) => (found.attempts[week] ?? 0) > attempts[week])) return undefined;
    const basis = await takeBasis(deps, view, revision > 0 ? await read(1) : undefined);
    const createdAt = new Date(deps.clock.now()).toISOString();
    const fresh = { ...newRevision(run, revision + 1, attempts, correction, createdAt), basis };
    const record = await deps.store.updateRevision(run.runId, revision + 1, (now) => (now ? undefined : fresh));
    if (record && isWanted(record)) return record;
  }
}

const keep = () => undefined;

/** A table gives a map's keys back in any order. */
function sorted(attempts: RevisionRecord['attempts'], run: RunRecord): Record<string, number> {
  return Object.fromEntries(run.weeks.map((week) => [week, attempts[week] ?? 0]));
}

function newRevision(
  run: RunRecord,
  revision: number,
  attempts: Record<string, number>,
  correction: Replay | undefined,
  createdAt: string,
): Body<RevisionRecord> {
  const published = Object.values(attempts).filter((attempt) => attempt > 0).length;
  const status = published === 0 ? 'FAILED' : published < run.weeks.length ? 'PARTIAL' : 'PUBLISHED';
  return {
    runId: run.runId,
    revision,
    status,
    attempts,
    createdAt,
    mail: { state: 'NONE' },
    ...(correction ? { correction } : {}),
  };
}

/**
 * The run has ended once its files are there; a later revision moves its status along.
 *
 * @returns false for a run that was cancelled first: it publishes nothing
 */
async function endRun(deps: PublisherDeps, record: RevisionRecord): Promise<boolean> {
  const { runId, revision } = record;
  if ((await deps.store.run(runId))?.status === 'CANCELLED') return false;
  const at = new Date(deps.clock.now()).toISOString();
  await deps.store.updateRevision(runId, revision, (now) =>
    now && now.publishedAt === undefined ? { ...now, publishedAt: at } : undefined,
  );
  const run = await deps.store.updateRun(runId, (now) => {
    if (!now || now.status === 'CANCELLED' || now.revision >= revision) return undefined;
    const { unfinishedKey: _ended, failure: _mended, ...kept } = now;
    return { ...kept, status: record.status, revision, endedAt: now.endedAt ?? at };
  });
  return run?.status !== 'CANCELLED';
}
