/** What every write of a row must keep. */
import { FAILURE_NAMES } from '../../../../../shared/pipeline/errors.ts';
import { tokenOf } from '../../../../../shared/pipeline/messages.ts';
import type { TableItem } from '../../../../../shared/pipeline/ports.ts';
import type { Committed, RunRecord, StageRecord, WeekRecord } from '../../../../../shared/pipeline/table/records.ts';
import type { Process } from '../cloud/process.ts';
import type { SimulatedCloud } from '../cloud/simulated-cloud.ts';
import type { Observations } from './observations.ts';
import { isRun, isSettledStatus, isStage, isWeek, rowsOf } from './rows.ts';

/** @param before the item that it replaces */
export function checkItem(
  cloud: SimulatedCloud,
  seen: Observations,
  item: TableItem,
  before: TableItem | undefined,
  writer: Process,
): void {
  if (isStage(item)) {
    checkStage(cloud, seen, item, before as StageRecord | undefined, writer);
    stageIsTrue(cloud, seen, item);
  } else if (isWeek(item)) {
    checkWeek(cloud, seen, item, before as WeekRecord | undefined, writer);
  } else if (isRun(item)) {
    checkRun(seen, item, before as RunRecord | undefined);
  }
}

function nameOf({ runId, week, stage, attempt }: StageRecord): string {
  return `${runId} ${week} ${stage}, attempt ${attempt}`;
}

function checkStage(
  cloud: SimulatedCloud,
  seen: Observations,
  row: StageRecord,
  before: StageRecord | undefined,
  writer: Process,
): void {
  const name = nameOf(row);
  const isClaim = row.status === 'RUNNING' && row.fence > (before?.fence ?? 0);
  if (isClaim) {
    writer.fences.set(`${row.pk}|${row.sk}`, row.fence);
    checkClaim(cloud, seen, row, before, writer);
  }
  if (before) {
    if (row.attempt < before.attempt || row.fence < before.fence) {
      seen.broken('attempts-and-fences-rise', `${name}: fence ${before.fence} to ${row.fence}`);
    }
    checkCommitted(seen, name, before.committed, row.committed);
    if (before.status === 'COMPLETE' && row.attempt === before.attempt && row.status !== 'COMPLETE') {
      seen.broken('complete-stays', `${name} went from COMPLETE to ${row.status}`);
    }
    const isCommit = row.fence === before.fence && before.status === 'RUNNING' && row.status !== 'RUNNING';
    if (isCommit && writer.fences.get(`${row.pk}|${row.sk}`) !== row.fence) {
      seen.broken('fence-holds', `${writer.name} wrote ${name} under fence ${row.fence}, which is another's`);
    }
  }
  if (row.status === 'RETRYING' && writer.permanentError !== undefined && writer.role !== 'sweep') {
    seen.broken('permanent-fails-at-once', `${name} is tried again after ${writer.permanentError}`);
  }
  if (row.failure?.error.includes('DeadToken')) {
    seen.broken('dead-token-is-no-failure', `${name} is ${row.status} for ${row.failure.error}`);
  }
}

function checkClaim(
  cloud: SimulatedCloud,
  seen: Observations,
  row: StageRecord,
  before: StageRecord | undefined,
  writer: Process,
): void {
  const name = nameOf(row);
  // The sweeper has ended what no worker had: after a redrive of the execution it is worked on, not failed.
  const isSwept = before?.status === 'FAILED' && before.failure?.error === FAILURE_NAMES.interrupted;
  if (before?.attempt === row.attempt && isSettledStatus(before.status) && !isSwept) {
    seen.broken('settled-is-not-recomputed', `${name} was ${before.status} and is claimed again`);
  }
  if (seen.wasCancelledFor(writer, row.pk)) {
    seen.broken('cancelled-stays-cancelled', `${writer.name} claimed ${name} of a cancelled run`);
  }
  const replay = row.message.replay?.id;
  if (replay?.startsWith('resend-')) checkResent(cloud, seen, name, replay.slice('resend-'.length));
}

function checkResent({ machine, sentByWorkflow }: SimulatedCloud, seen: Observations, name: string, id: string): void {
  if (seen.wasResent(id)) return;
  const broken = () => seen.broken('duplicate-is-no-replay', `${name} is a replay by ${id}, which nobody sent again`);
  const sent = sentByWorkflow.find((message) => message.id === id);
  if (!sent || !seen.actions.includes('stop')) return broken();
  // Of an execution that was stopped: with a dead token, nothing tells it from a message that was sent again.
  machine.heartbeat(tokenOf(sent.body) ?? '').then(broken, () => undefined);
}

function checkCommitted(
  seen: Observations,
  name: string,
  before: Committed | undefined,
  after: Committed | undefined,
): void {
  if (!before) return;
  if (!after || after.attempt < before.attempt) {
    seen.broken('committed-is-final', `${name} has lost the result of attempt ${before.attempt}`);
  } else if (after.attempt === before.attempt && JSON.stringify(after) !== JSON.stringify(before)) {
    seen.broken('committed-is-final', `${name} has another result for the same attempt`);
  }
}

function stageIsTrue(cloud: SimulatedCloud, seen: Observations, row: StageRecord): void {
  const name = nameOf(row);
  const untrue = (message: string) => seen.broken('table-tells-the-truth', `${name} ${message}`);
  const { status, committed, failure, leaseUntil } = row;
  if (status === 'COMPLETE' && committed?.attempt !== row.attempt) untrue('is COMPLETE without its result');
  if (status === 'COMPLETE' && failure) untrue('is COMPLETE with a failure');
  if ((status === 'FAILED' || status === 'RETRYING') && !failure) untrue(`is ${status} without a reason`);
  if ((status === 'RUNNING') !== (leaseUntil !== undefined)) untrue(`is ${status} and its lease does not say so`);
  if (committed && !cloud.artifacts.blobs.has(committed.artifact.key)) untrue('has a result that is nowhere');
}

function checkWeek(
  cloud: SimulatedCloud,
  seen: Observations,
  week: WeekRecord,
  before: WeekRecord | undefined,
  writer: Process,
): void {
  const name = `${week.runId} ${week.week}, attempt ${week.attempt}`;
  if (before && week.attempt < before.attempt) {
    seen.broken('attempts-and-fences-rise', `${name} was at attempt ${before.attempt}`);
  }
  if (before?.status === 'COMPLETE' && before.attempt === week.attempt && week.status !== 'COMPLETE') {
    seen.broken('complete-stays', `${name} went from COMPLETE to ${week.status} by ${writer.name}`);
  }
  if (week.failure?.error.includes('DeadToken')) {
    seen.broken('dead-token-is-no-failure', `${name} is ${week.status} for ${week.failure.error}`);
  }
  const untrue = (message: string) => seen.broken('table-tells-the-truth', `${name} ${message}`);
  if (week.status === 'FAILED' && !week.failure) untrue('is FAILED without a reason');
  if (week.status !== 'FAILED' && week.failure) untrue(`is ${week.status} with a failure`);
  const forecast = rowsOf(cloud).stage(week.runId, week.week, 'forecast');
  if (week.status === 'COMPLETE' && (forecast?.committed?.attempt ?? 0) < week.attempt) {
    untrue('is COMPLETE without a forecast');
  }
}

function checkRun(seen: Observations, run: RunRecord, before: RunRecord | undefined): void {
  const untrue = (message: string) => seen.broken('table-tells-the-truth', `${run.runId} ${message}`);
  if (before?.status === 'CANCELLED' && run.status !== 'CANCELLED') {
    seen.broken('cancelled-stays-cancelled', `${run.runId} went from CANCELLED to ${run.status}`);
  }
  if (before && run.revision < before.revision) {
    seen.broken('revisions-rise', `${run.runId} went from revision ${before.revision} to ${run.revision}`);
  }
  const isOver = run.status !== 'RUNNING';
  if (isOver !== (run.unfinishedKey === undefined)) untrue(`is ${run.status} and its index says otherwise`);
  if (isOver !== (run.endedAt !== undefined)) untrue(`is ${run.status} and its end says otherwise`);
  const isReopened = before?.status === 'FAILED' && seen.redriven.has(run.runId);
  if (before?.status !== undefined && before.status !== 'RUNNING' && run.status === 'RUNNING' && !isReopened) {
    untrue(`has ended as ${before.status} and runs again`);
  }
  if ((run.status === 'PUBLISHED' || run.status === 'PARTIAL') && run.revision === 0) {
    untrue(`is ${run.status} without a revision`);
  }
  if (run.status === 'FAILED' && !run.failure && run.revision === 0) untrue('is FAILED without a reason');
}
