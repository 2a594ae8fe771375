/** Holds everything that happens against the invariants; the first one that is broken ends the schedule. */
import { DeadTokenError, FAILURE_NAMES, MessageRefused } from '../../../../../shared/pipeline/errors.ts';
import type { ForecastPublished } from '../../../../../shared/pipeline/events.ts';
import type { Mail, TableItem } from '../../../../../shared/pipeline/ports.ts';
import type { StageContext } from '../../../../../shared/pipeline/stage/stage-worker.ts';
import type { StageMessage } from '../../../../../shared/pipeline/messages.ts';
import type { ArtifactRef } from '../../../../../shared/pipeline/table/records.ts';
import type { Stage } from '../../../../../shared/pipeline/stages.ts';
import type { Process } from '../cloud/process.ts';
import { Deliveries } from './deliveries.ts';
import { Executions } from './executions.ts';
import { Publications } from './publications.ts';
import { checkItem } from './item-checks.ts';
import { Observations } from './observations.ts';
import { isRun, isStage, rowsOf } from './rows.ts';
import type { SimulatedCloud } from '../cloud/simulated-cloud.ts';

/** What task tokens of the simulation look like, so that one that has leaked is found. */
const TOKEN = 'secret-token-';
export class Checks extends Observations {
  readonly publications: Publications;
  readonly executions: Executions;
  readonly deliveries: Deliveries;
  readonly tokens: string[] = [];
  /** Messages that no worker can handle. */
  readonly poison: { readonly id: string; readonly body: string }[] = [];
  /** Errors that stage rows have failed with; a replay may have taken them away since. */
  private readonly committedFailures = new Set<string>();

  /** @param maxFaultSeconds what faults may take of the time for which a task's heartbeat may stay away */
  constructor(
    private readonly cloud: SimulatedCloud,
    maxFaultSeconds: number,
  ) {
    super();
    this.publications = new Publications(cloud, this);
    this.executions = new Executions(cloud, this, maxFaultSeconds);
    this.deliveries = new Deliveries(cloud, this);
  }

  newToken(id: string): string {
    const token = `${TOKEN}${id}`;
    this.tokens.push(token);
    return token;
  }

  /** What lived in memory alone is gone: tokens, and messages that were not handled. */
  restarted(): void {
    this.hasRestarted = true;
    this.tokens.length = 0;
    this.poison.length = 0;
  }

  poisoned(id: string, body: string): void {
    this.resent([id]);
    this.poison.push({ id, body });
  }

  put(item: TableItem, before: TableItem | undefined, writer: Process): void {
    checkItem(this.cloud, this, item, before, writer);
    if (isStage(item) && item.status === 'FAILED' && item.failure) this.committedFailures.add(item.failure.error);
    this.publications.put(item, before, writer);
    if (isRun(item) && item.status === 'FAILED') this.executions.failed(item.runId);
    if (before && 'status' in item && item.status === 'CANCELLED' && item.sk === 'RUN') {
      this.cancelled(item.pk, this.cloud.scheduler.now());
    }
    this.searchItem(item);
  }

  workStarted({ run, message, attempt }: StageContext, stage: Stage, by: Process): void {
    by.isAtWork = true;
    this.executions.workStarted(message, by);
    const row = rowsOf(this.cloud).stage(run.runId, message.week, stage);
    const isStale = row && by.fences.get(`${row.pk}|${row.sk}`) !== row.fence;
    if (!isStale && row?.committed?.attempt === attempt) {
      this.broken('settled-is-not-recomputed', `${stage} of ${message.week}, attempt ${attempt}`);
    }
  }

  succeeded(output: unknown, by: Process): void {
    const { runId, week, stage, attempt, key } = output as StageMessage & ArtifactRef;
    const committed = rowsOf(this.cloud).stage(runId, week, stage)?.committed;
    const isTrue = committed && committed.attempt >= attempt;
    if (!isTrue || (committed.attempt === attempt && committed.artifact.key !== key)) {
      this.broken('answer-follows-commit', `${by.name} answered with ${key}, which the table does not have`);
    }
  }

  failed(error: string, by: Process): void {
    if (error === DeadTokenError.name) this.broken('dead-token-is-no-failure', `${by.name} answered ${error}`);
    const { runCancelled, deliveriesExhausted, interrupted }: Readonly<Record<string, string>> = FAILURE_NAMES;
    if ([MessageRefused.name, runCancelled, deliveriesExhausted, interrupted].includes(error)) return;
    if (!this.committedFailures.has(error)) {
      this.broken('answer-follows-commit', `${by.name} answered ${error}, which no row has said`);
    }
  }

  /** The queue of a stage was told that a message needs no further delivery. */
  acknowledged(by: Process): void {
    for (const [key, fence] of by.fences) {
      const row = rowsOf(this.cloud).stageAt(key);
      if (row?.fence !== fence) continue;
      const isDone = (row.status === 'COMPLETE' || row.status === 'FAILED') && row.handoff === 'DONE';
      if (!isDone) {
        this.broken(
          'acknowledged-when-done',
          `${by.name} left ${row.stage} of ${row.week} ${row.status}, its answer ${row.handoff ?? 'not due'}`,
        );
      }
    }
  }

  logged(line: string): void {
    if (line.includes(TOKEN)) this.broken('no-token-leaks', `a log line: ${line}`);
  }

  artifactPut(key: string, body: Uint8Array, before: Uint8Array | undefined): void {
    const text = Buffer.from(body).toString('latin1');
    if (text.includes(TOKEN)) this.broken('no-token-leaks', `the blob ${key}`);
    if (!before || Buffer.compare(before, body) === 0) return;
    const committed = rowsOf(this.cloud)
      .stages()
      .find((row) => row.committed?.artifact.key === key);
    if (committed) this.broken('committed-is-final', `${key} was written again with other bytes`);
  }

  published(key: string, body: Uint8Array, before: Uint8Array | undefined): void {
    if (Buffer.from(body).includes(TOKEN)) this.broken('no-token-leaks', `the file ${key}`);
    this.publications.filePut(key, body, before);
  }

  mailed(mail: Mail): string {
    if (JSON.stringify(mail).includes(TOKEN)) this.broken('no-token-leaks', `the mail ${mail.subject}`);
    return this.publications.mailed(mail);
  }

  announced(event: ForecastPublished): void {
    this.publications.announced(event);
  }

  private searchItem(item: TableItem): void {
    const places = isStage(item) && item.message.taskToken !== undefined ? 1 : 0;
    if (JSON.stringify(item).split(TOKEN).length - 1 > places) {
      this.broken('no-token-leaks', `the item ${item.pk} ${item.sk}`);
    }
  }
}
