/** What every write of a row must keep. */
import type { TableItem } from '../../../../../shared/pipeline/ports.ts';
import type {
  Committed,
  RunRecord,
  StageRecord,
  WeekRecord,
} from '../../../../../shared/pipeline/table/records.ts';
import type { Process } from '../cloud/process.ts';
import { isRun, isStage, isWeek, rowsOf } from './rows.ts';
import type { World } from '../cloud/deployment.ts';

export function checkItem(
  world: World,
  item: TableItem,
  before: TableItem | undefined,
  writer: Process,
): void {
  if (isStage(item)) {
    checkStage(world, item, before as StageRecord | undefined, writer);
    stageIsTrue(world, item);
  } else if (isWeek(item)) {
    checkWeek(world, item, before as WeekRecord | undefined, writer);
  } else if (isRun(item)) {
    checkRun(world, item, before as RunRecord | undefined);
  }
}

function nameOf({ runId, week, stage, attempt }: StageRecord): string {
  return `${runId} ${week} ${stage}, attempt ${attempt}`;
}

function isSettled(status: string | undefined): boolean {
  return status === 'COMPLETE' || status === 'FAILED';
}

function checkStage(world: World, row: StageRecord, before: StageRecord | undefined, writer: Process): void {
  const { checks } = world;
  const name = nameOf(row);
  const isClaim = row.status === 'RUNNING' && row.fence > (before?.fence ?? 0);
  if (isClaim) {
    writer.fences.set(`${row.pk}|${row.sk}`, row.fence);
    checkClaim(world, row, before, writer);
  }
  if (before) {
    if (row.attempt < before.attempt || row.fence < before.fence) {
      checks.broken('attempts-and-fences-rise', `${name}: fence ${before.fence} to ${row.fence}`);
    }
    checkCommitted(world, name, before.committed, row.committed);
    if (before.status === 'COMPLETE' && row.attempt === before.attempt && row.status !== 'COMPLETE') {
      checks.broken('complete-stays', `${name} went from COMPLETE to ${row.status}`);
    }
    const isCommit = row.fence === before.fence && before.status === 'RUNNING' && row.status !== 'RUNNING';
    if (isCommit && writer.fences.get(`${row.pk}|${row.sk}`) !== row.fence) {
      checks.broken(
        'fence-holds',
        `${writer.name} wrote ${name} under fence ${row.fence}, which is another's`,
      );
    }
  }
  if (row.status === 'RETRYING' && writer.permanentError !== undefined && writer.role !== 'sweep') {
    checks.broken('permanent-fails-at-once', `${name} is tried again after ${writer.permanentError}`);
  }
  if (row.failure?.error.includes('DeadToken')) {
    checks.broken('dead-token-is-no-failure', `${name} is ${row.status} for ${row.failure.error}`);
  }
}

function checkClaim(world: World, row: StageRecord, before: StageRecord | undefined, writer: Process): void {
  const { checks } = world;
  const name = nameOf(row);
  if (before?.attempt === row.attempt && isSettled(before.status)) {
    checks.broken('settled-is-not-recomputed', `${name} was ${before.status} and is claimed again`);
  }
  if (checks.wasCancelledFor(writer, row.pk)) {
    checks.broken('cancelled-stays-cancelled', `${writer.name} claimed ${name} of a cancelled run`);
  }
  const replay = row.message.replay?.id;
  if (replay?.startsWith('resend-') && !checks.wasResent(replay.slice('resend-'.length))) {
    checks.broken('duplicate-is-no-replay', `${name} is a replay by ${replay}, which nobody sent again`);
  }
}

function checkCommitted(
  world: World,
  name: string,
  before: Committed | undefined,
  after: Committed | undefined,
): void {
  if (!before) return;
  if (!after || after.attempt < before.attempt) {
    world.checks.broken('committed-is-final', `${name} has lost the result of attempt ${before.attempt}`);
  } else if (after.attempt === before.attempt && JSON.stringify(after) !== JSON.stringify(before)) {
    world.checks.broken('committed-is-final', `${name} has another result for the same attempt`);
  }
}

function stageIsTrue(world: World, row: StageRecord): void {
  const name = nameOf(row);
  const lie = (message: string) => world.checks.broken('table-tells-the-truth', `${name} ${message}`);
  const { status, committed, failure, leaseUntil } = row;
  if (status === 'COMPLETE' && committed?.attempt !== row.attempt) lie('is COMPLETE without its result');
  if (status === 'COMPLETE' && failure) lie('is COMPLETE with a failure');
  if ((status === 'FAILED' || status === 'RETRYING') && !failure) lie(`is ${status} without a reason`);
  if ((status === 'RUNNING') !== (leaseUntil !== undefined))
    lie(`is ${status} and its lease does not say so`);
  if (committed && !world.artifacts.blobs.has(committed.artifact.key)) lie('has a result that is nowhere');
}

function checkWeek(world: World, week: WeekRecord, before: WeekRecord | undefined, writer: Process): void {
  const { checks } = world;
  const name = `${week.runId} ${week.week}, attempt ${week.attempt}`;
  if (before && week.attempt < before.attempt) {
    checks.broken('attempts-and-fences-rise', `${name} was at attempt ${before.attempt}`);
  }
  if (before?.status === 'COMPLETE' && before.attempt === week.attempt && week.status !== 'COMPLETE') {
    checks.broken('complete-stays', `${name} went from COMPLETE to ${week.status} by ${writer.name}`);
  }
  if (week.failure?.error.includes('DeadToken')) {
    checks.broken('dead-token-is-no-failure', `${name} is ${week.status} for ${week.failure.error}`);
  }
  const lie = (message: string) => checks.broken('table-tells-the-truth', `${name} ${message}`);
  if (week.status === 'FAILED' && !week.failure) lie('is FAILED without a reason');
  if (week.status !== 'FAILED' && week.failure) lie(`is ${week.status} with a failure`);
  const forecast = rowsOf(world).stage(week.runId, week.week, 'forecast');
  if (week.status === 'COMPLETE' && (forecast?.committed?.attempt ?? 0) < week.attempt) {
    lie('is COMPLETE without a forecast');
  }
}

function checkRun(world: World, run: RunRecord, before: RunRecord | undefined): void {
  const { checks } = world;
  const lie = (message: string) => checks.broken('table-tells-the-truth', `${run.runId} ${message}`);
  if (before?.status === 'CANCELLED' && run.status !== 'CANCELLED') {
    checks.broken('cancelled-stays-cancelled', `${run.runId} went from CANCELLED to ${run.status}`);
  }
  if (before && run.revision < before.revision) {
    checks.broken('revisions-rise', `${run.runId} went from revision ${before.revision} to ${run.revision}`);
  }
  const isOver = run.status !== 'RUNNING';
  if (isOver !== (run.unfinishedKey === undefined)) lie(`is ${run.status} and its index says otherwise`);
  if (isOver !== (run.endedAt !== undefined)) lie(`is ${run.status} and its end says otherwise`);
  if (before?.status !== undefined && before.status !== 'RUNNING' && run.status === 'RUNNING') {
    lie(`has ended as ${before.status} and runs again`);
  }
  if ((run.status === 'PUBLISHED' || run.status === 'PARTIAL') && run.revision === 0) {
    lie(`is ${run.status} without a revision`);
  }
  if (run.status === 'FAILED' && !run.failure && run.revision === 0) lie('is FAILED without a reason');
}
