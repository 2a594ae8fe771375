/** What must be so when nothing is left to happen. */
import { parseStageMessage } from '../../../../../shared/pipeline/messages.ts';
import type { RunRecord } from '../../../../../shared/pipeline/table/records.ts';
import { DeadTokenError } from '../../../../../shared/pipeline/errors.ts';
import type { Services } from '../cloud/services.ts';
import { isSettledStatus, rowsOf } from './rows.ts';

/** @param started names of the runs' executions */
export async function checkEnd(services: Services, started: readonly string[]): Promise<void> {
  const { checks } = services;
  for (const token of checks.tokens) {
    if (await isLive(services, token)) checks.broken('every-token-answered', `${token} is still waited for`);
  }
  for (const name of started) {
    if ((await services.machine.status(name)) === 'RUNNING') checks.broken('every-run-ends', `${name} still runs`);
  }
  for (const run of rowsOf(services).runs()) checkRun(services, run);
  await checks.executions.checkEnd(checks.publications, started);
  // A publisher that died for good left the file behind; the next publication moves it.
  const isHit = services.faults.hits.some((hit) => hit.endsWith(' publisher'));
  if (!isHit && !checks.hasRestarted) checks.publications.checkLatest();
  checkPoison(services);
}

/** Whether somebody waits for the token's answer. Asking counts as a heartbeat, so it is asked at the end only. */
async function isLive({ machine }: Services, token: string): Promise<boolean> {
  try {
    await machine.heartbeat(token);
    return true;
  } catch (error) {
    if (error instanceof DeadTokenError) return false;
    throw error;
  }
}

function checkRun(services: Services, run: RunRecord): void {
  const { checks } = services;
  const rows = rowsOf(services);
  const { runId, status } = run;
  if (status === 'RUNNING') checks.broken('every-run-ends', `${runId} is RUNNING`);
  if (status === 'CANCELLED') return;
  for (const week of run.weeks) {
    const row = rows.week(runId, week);
    if (!isSettledStatus(row?.status)) {
      checks.broken('every-week-ends', `${runId} ${week} is ${row?.status ?? 'missing'}, attempt ${row?.attempt}`);
    }
  }
  for (const row of rows.stages()) {
    if (row.runId !== runId || isSettledStatus(row.status)) continue;
    checks.broken('every-week-ends', `${runId} ${row.week}: ${row.stage} is ${row.status}`);
  }
  checkRevisions(services, run);
}

function checkRevisions(services: Services, run: RunRecord): void {
  const { checks } = services;
  const { runId } = run;
  const isQuiet = services.faults.hits.length === 0 && !checks.hasRestarted;
  for (const { revision, mail } of rowsOf(services).revisions(runId)) {
    const name = `${runId} r${revision}`;
    const mails = checks.publications.mails.get(name) ?? 0;
    if (isQuiet && mails !== 1) checks.broken('one-mail-per-revision', `${name} was mailed ${mails} times`);
    if (mail.state === 'SENT' && mails !== 1) {
      checks.broken('table-tells-the-truth', `${name} says that its mail was sent`);
    }
    if (mail.state === 'NONE' && mails > 0) checks.broken('table-tells-the-truth', `${name} was mailed unseen`);
  }
}

/** A message in the wrong queue whose stage is done: the dead-letter consumer answers it like any other. */
function isAnswered(services: Services, body: string): boolean {
  try {
    const { runId, week, stage } = parseStageMessage(body);
    return rowsOf(services).stage(runId, week, stage)?.status === 'COMPLETE';
  } catch {
    return false;
  }
}

function checkPoison(services: Services): void {
  const kept = [...services.artifacts.blobs.keys()].filter((key) => key.startsWith('dead-letters/'));
  for (const { id, body } of services.checks.poison) {
    if (isAnswered(services, body)) continue;
    if (!kept.some((key) => key.endsWith(`/${id}.json`))) {
      services.checks.broken('poison-is-kept', `the body of ${id} is nowhere`);
    }
  }
}
