import { setTimeout as wait } from 'node:timers/promises';
import pc from 'picocolors';
import { mailAsOf, mailTroubles } from '../../../shared/pipeline/table/mail-status.ts';
import type { RunView } from '../../../shared/pipeline/table/run-store.ts';
import type { Place, Reader } from '../../backends/backend.ts';
import { openReader } from '../../backends/open.ts';
import { withOpen } from '../../with-open.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { findRun } from '../find-run.ts';
import { duration, instant, oneLine, statusColour } from '../terminal/format.ts';
import { renderGrid } from '../terminal/grid.ts';
import { nextSteps } from '../terminal/next-steps.ts';
import { STATE_DIRECTORY } from '../state-directory.ts';

const MIN_WATCH_POLL_MS = 500;

/** `larder status` */
export function statusCommand(
  runId: string | undefined,
  options: { readonly on: Place; readonly watch?: true | undefined; readonly json?: true | undefined },
): Promise<number> {
  return withOpen(openReader(options.on, STATE_DIRECTORY), async (reader) => {
    const id = runId ?? (await reader.store.runs('all', 1)).at(0)?.runId;
    if (id === undefined) throw new UsageError('There are no runs yet. Start one with: larder run');
    if (options.watch && !options.json) await watch(reader, id);
    const view = await findRun(reader, id);
    process.stdout.write(options.json ? `${JSON.stringify(statusOf(view), undefined, 2)}\n` : renderStatus(view));
    return EXIT.published;
  });
}

async function watch(reader: Reader, id: string): Promise<void> {
  const { createLogUpdate } = await import('log-update');
  const update = createLogUpdate(process.stderr);
  for (;;) {
    const view = await findRun(reader, id);
    update(renderGrid(view, Date.now()));
    if (view.run.status !== 'RUNNING') break;
    await wait(Math.max(MIN_WATCH_POLL_MS, reader.pollMs));
  }
  update.clear();
}

/** A run for people: its head, its grid, its errors and what to do next. */
export function renderStatus(view: RunView): string {
  const { run } = view;
  const newest = view.revisions.at(-1);
  const mail = newest && mailAsOf(newest.mail, Date.now());
  const took =
    run.endedAt === undefined ? '' : `, took ${duration(Date.parse(run.endedAt) - Date.parse(run.startedAt))}`;
  const lines = [
    `Run ${pc.bold(run.runId)} ${statusColour(run.status)}${run.label === undefined ? '' : ` "${oneLine(run.label)}"`}`,
    `Started ${instant(run.startedAt)}${took}. Revision ${run.revision}${mail ? `, mail ${mail.state.toLowerCase().replace('_', ' ')}` : ''}.`,
    ...(newest?.correction
      ? [
          `Revision ${newest.revision} is a correction: ${oneLine(newest.correction.by)}, "${oneLine(newest.correction.reason)}".`,
        ]
      : []),
    ...(view.weeks.length > 0 ? [renderGrid(view, Date.now())] : []),
  ];
  if (run.failure) lines.push(pc.red(`Run: ${run.failure.error}: ${run.failure.message}`));
  if (mail) lines.push(...mailTroubles(mail).map((trouble) => pc.red(`Mail: ${trouble}`)));
  for (const { week, status, failure } of view.weeks) {
    if (status === 'FAILED' && failure) lines.push(pc.red(`${week}: ${failure.error}: ${failure.message}`));
  }
  const next = nextSteps(view, Date.now());
  if (next.length > 0) lines.push('', pc.bold('What to do'), ...next.map((step) => `  ${step}`));
  return `${lines.join('\n')}\n`;
}

/** The same for programs. */
export function statusOf(view: RunView): object {
  const { run } = view;
  return {
    run_id: run.runId,
    status: run.status,
    kind: run.kind,
    label: run.label ?? null,
    revision: run.revision,
    started_at: run.startedAt,
    ended_at: run.endedAt ?? null,
    failure: run.failure ?? null,
    next: nextSteps(view, Date.now()),
    weeks: view.weeks.map((week) => ({
      menu_week: week.week,
      status: week.status,
      attempt: week.attempt,
      failure: week.failure ?? null,
      stages: view.stages
        .filter((row) => row.week === week.week)
        .map((row) => ({
          stage: row.stage,
          status: row.status,
          attempt: row.attempt,
          deliveries: row.deliveries,
          started_at: row.startedAt,
          ended_at: row.endedAt ?? null,
          heartbeat_at: row.heartbeatAt ?? null,
          failure: row.failure ?? null,
          summary: row.committed?.summary ?? null,
          artifact: row.committed?.artifact ?? null,
        })),
    })),
    revisions: view.revisions.map(({ revision, status, createdAt, publishedAt, completedAt, mail, correction }) => ({
      revision,
      status,
      created_at: createdAt,
      published_at: publishedAt ?? null,
      completed_at: completedAt ?? null,
      mail,
      correction: correction ?? null,
    })),
  };
}
