/** What must be so when nothing is left to happen. */
import { parseStageMessage } from '../../../../../shared/pipeline/messages.ts';
import type { RunRecord } from '../../../../../shared/pipeline/table/records.ts';
import { isSettledStatus, rowsOf } from './rows.ts';
import type { World } from '../cloud/deployment.ts';

/** @param started names of the runs' executions */
export async function checkEnd(world: World, started: readonly string[]): Promise<void> {
  const { checks } = world;
  for (const token of checks.tokens) {
    if (await world.isLive(token)) checks.broken('every-token-answered', `${token} is still waited for`);
  }
  for (const name of started) {
    if ((await world.machine.status(name)) === 'RUNNING')
      checks.broken('every-run-ends', `${name} still runs`);
  }
  for (const run of rowsOf(world).runs()) checkRun(world, run);
  // A publisher that died for good left the file behind; the next publication moves it.
  const isHit = world.faults.hits.some((hit) => hit.endsWith(' publisher'));
  if (!isHit && !checks.hasRestarted) checks.publications.checkLatest();
  checkPoison(world);
}

function checkRun(world: World, run: RunRecord): void {
  const { checks } = world;
  const rows = rowsOf(world);
  const { runId, status } = run;
  if (status === 'RUNNING') checks.broken('every-run-ends', `${runId} is RUNNING`);
  if (status === 'CANCELLED') return;
  for (const week of run.weeks) {
    const row = rows.week(runId, week);
    if (!isSettledStatus(row?.status)) {
      checks.broken(
        'every-week-ends',
        `${runId} ${week} is ${row?.status ?? 'missing'}, attempt ${row?.attempt}`,
      );
    }
  }
  for (const row of rows.stages()) {
    if (row.runId !== runId || isSettledStatus(row.status)) continue;
    checks.broken('every-week-ends', `${runId} ${row.week}: ${row.stage} is ${row.status}`);
  }
  checkRevisions(world, run);
}

function checkRevisions(world: World, run: RunRecord): void {
  const { checks } = world;
  const { runId } = run;
  const isQuiet = world.faults.hits.length === 0 && !checks.hasRestarted;
  for (const { revision, mail } of rowsOf(world).revisions(runId)) {
    const name = `${runId} r${revision}`;
    const mails = checks.publications.mails.get(name) ?? 0;
    if (isQuiet && mails !== 1) checks.broken('one-mail-per-revision', `${name} was mailed ${mails} times`);
    if (mail.state === 'SENT' && mails !== 1) {
      checks.broken('table-tells-the-truth', `${name} says that its mail was sent`);
    }
    if (mail.state === 'NONE' && mails > 0)
      checks.broken('table-tells-the-truth', `${name} was mailed unseen`);
  }
}

/** A message in the wrong queue whose stage is done: the dead-letter consumer answers it like any other. */
function isAnswered(world: World, body: string): boolean {
  try {
    const { runId, week, stage } = parseStageMessage(body);
    return rowsOf(world).stage(runId, week, stage)?.status === 'COMPLETE';
  } catch {
    return false;
  }
}

function checkPoison(world: World): void {
  const kept = [...world.artifacts.blobs.keys()].filter((key) => key.startsWith('dead-letters/'));
  for (const { id, body } of world.checks.poison) {
    if (isAnswered(world, body)) continue;
    if (!kept.some((key) => key.endsWith(`/${id}.json`))) {
      world.checks.broken('poison-is-kept', `the body of ${id} is nowhere`);
    }
  }
}
