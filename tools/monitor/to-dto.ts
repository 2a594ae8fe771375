/** From the table's records to what the page is sent. */
import { STAGES, type Stage } from '../../shared/pipeline/stages.ts';
import type { Replay } from '../../shared/pipeline/messages.ts';
import { MAIL_STATES, mailTroubles } from '../../shared/pipeline/table/mail-status.ts';
import type { MailStatus, StageRecord, WeekRecord } from '../../shared/pipeline/table/records.ts';
import type { Failure } from '../../shared/pipeline/errors.ts';
import type { RunView } from '../../shared/pipeline/table/run-store.ts';
import type { ReplayDto, RevisionDto, RunDetailDto, RunDto, StageDto, WeekDto } from './dto.ts';
import type { ListedRun } from './sources/source.ts';

export function runDto({ run, weeksDone, weeksFailed }: ListedRun): RunDto {
  return {
    runId: run.runId,
    status: run.status,
    kind: run.kind,
    label: run.label ?? null,
    startedBy: run.startedBy ?? null,
    startedAt: run.startedAt,
    endedAt: run.endedAt ?? null,
    revision: run.revision,
    firstWeek: run.weeks.at(0) ?? '',
    lastWeek: run.weeks.at(-1) ?? '',
    weeks: run.weeks.length,
    weeksDone,
    weeksFailed,
  };
}

/** A run with the count of its weeks that are done and that failed. */
export function listedRun(view: Pick<RunView, 'run' | 'weeks'>): ListedRun {
  const count = (status: WeekRecord['status']) => view.weeks.filter((week) => week.status === status).length;
  return { run: view.run, weeksDone: count('COMPLETE'), weeksFailed: count('FAILED') };
}

export function runDetailDto(view: RunView): RunDetailDto {
  const { run } = view;
  return {
    run: runDto(listedRun(view)),
    input: run.input,
    scenarios: run.settings.scenarios,
    seed: run.settings.seed,
    codeVersion: run.codeVersion,
    failure: failureDto(run.failure),
    weeks: view.weeks.map((week) => weekDto(week, view.stages)),
    revisions: view.revisions.map(({ revision, status, createdAt, publishedAt, mail, correction }): RevisionDto => ({
      revision,
      status,
      createdAt,
      publishedAt: publishedAt ?? null,
      mail: mailText(mail),
      correction: replayDto(correction),
    })),
  };
}

function weekDto(week: WeekRecord, stages: readonly StageRecord[]): WeekDto {
  return {
    week: week.week,
    status: week.status,
    attempt: week.attempt,
    failure: week.status === 'FAILED' ? failureDto(week.failure) : null,
    replay: replayDto(week.replay),
    stages: STAGES.map((stage) =>
      stageDto(
        stage,
        stages.find((row) => row.week === week.week && row.stage === stage),
        week.attempt,
      ),
    ),
  };
}

function stageDto(stage: Stage, row: StageRecord | undefined, attempt: number): StageDto {
  if (!row) {
    const none = { startedAt: null, endedAt: null, heartbeatAt: null, failure: null, bytes: null };
    return { stage, status: 'PENDING', attempt, deliveries: 0, summary: [], ...none };
  }
  return {
    stage,
    status: row.status,
    attempt: row.attempt,
    deliveries: row.deliveries,
    startedAt: row.startedAt,
    endedAt: row.endedAt ?? null,
    heartbeatAt: row.heartbeatAt ?? null,
    failure: row.status === 'COMPLETE' ? null : failureDto(row.failure),
    summary: Object.entries(row.committed?.summary ?? {}).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[name, value] as const]
        : [],
    ),
    bytes: row.committed?.artifact.bytes ?? null,
  };
}

function failureDto(failure: Failure | undefined): Failure | null {
  return failure ? { error: failure.error, message: failure.message } : null;
}

function replayDto(replay: Replay | undefined): ReplayDto | null {
  return replay ? { by: replay.by, reason: replay.reason, at: replay.at } : null;
}

function mailText(mail: MailStatus): string {
  return [MAIL_STATES[mail.state], ...mailTroubles(mail)].join(': ');
}
