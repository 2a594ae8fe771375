/** What becomes of an execution, whatever fails around its weeks. */
import { FAILURE_NAMES } from '../../../../../shared/pipeline/errors.ts';
import type { RunId, StageMessage } from '../../../../../shared/pipeline/messages.ts';
import type { RunRecord } from '../../../../../shared/pipeline/table/records.ts';
import type { HistoryEvent } from '../../../../local/asl/index.ts';
import type { Process } from '../cloud/process.ts';
import type { SimulatedCloud } from '../cloud/simulated-cloud.ts';
import type { Observations } from './observations.ts';
import type { Publications } from './publications.ts';
import { rowsOf } from './rows.ts';

/** Faults of the functions that the state machine calls, as their hits begin. */
const HELPER_FAULT = /^(refused-call|throttled|unanswered) /;

/** What the second execution of a run's scheduled time is called. */
export function startedAgain(runId: string): string {
  return `${runId}-again`;
}

export class Executions {
  /** Runs whose own executions came to their Publisher. */
  private readonly publishing = new Set<string>();
  /** When each run's record said last that it has failed. */
  private readonly failedAt = new Map<RunId, number>();
  /** The first iteration of a Map that failed or was aborted. It is told at the end: what became of the run says more. */
  private failedIteration: string | undefined;

  constructor(
    private readonly cloud: SimulatedCloud,
    private readonly seen: Observations,
    private readonly maxFaultSeconds: number,
  ) {}

  /** An execution has written an event. */
  executed(execution: string, { type, details }: HistoryEvent): void {
    if (type === 'TaskTimedOut' && details.resourceType === 'sqs') this.timedOut(execution);
    if (type === 'MapIterationFailed' || type === 'MapIterationAborted') {
      this.failedIteration ??= `${execution}: ${type} of week ${details.index}`;
    }
    if (type === 'TaskStateEntered' && details.name === 'Publish') this.publishing.add(execution);
  }

  /** The run's record says now that it has failed. */
  failed(runId: RunId): void {
    this.failedAt.set(runId, this.cloud.scheduler.now());
  }

  /** A worker begins what a task waits for: the run's record says that it goes on. */
  workStarted({ runId, taskToken, replay }: StageMessage, by: Process): void {
    const run = rowsOf(this.cloud).run(runId);
    const hadEnded = run?.status === 'FAILED' && (this.failedAt.get(runId) ?? by.startedAt) < by.startedAt;
    if (!hadEnded || taskToken === undefined || replay) return;
    const broken = () => this.seen.broken('redrive-goes-on', `${by.name} works for ${runId}, which is ${run.status}`);
    this.cloud.machine.heartbeat(taskToken).then(broken, () => undefined);
  }

  private timedOut(execution: string): void {
    if (this.mayTimeOut || this.seen.hasRestarted) return;
    const { costSeconds } = this.cloud.faults;
    this.seen.broken('nobody-waits-in-silence', `a task of ${execution} timed out after ${costSeconds} s of faults`);
  }

  /** When nothing is left to happen. @param started names of the executions, as they were started */
  async checkEnd(publications: Publications, started: readonly string[]): Promise<void> {
    if (this.seen.hasRestarted) return;
    for (const name of started) {
      const run = rowsOf(this.cloud).run(name as RunId);
      const status = await this.cloud.machine.status(name);
      if (run?.status === 'CANCELLED' || status === 'ABORTED') continue;
      if (!run && status === 'FAILED' && !this.isHit('failure-recorder')) {
        this.seen.broken('every-start-is-told', `${name} has failed and left no run`);
      }
      if (run?.weeks.length === 0 && !this.isHit('configurator')) {
        this.seen.broken('published-whatever-happens', `${name} has not begun: ${run.failure?.message}`);
      }
      if (run && run.weeks.length > 0) this.checkPublished(publications, run, status);
    }
    if (this.failedIteration !== undefined) this.seen.broken('siblings-go-on', this.failedIteration);
    this.checkUntouched();
    await this.checkSchedule(started);
  }

  private async checkSchedule(started: readonly string[]): Promise<void> {
    for (const again of started) {
      const first = started.find((name) => startedAgain(name) === again);
      if (first === undefined) continue;
      const both = [first, again];
      const begun = both.filter((name) => (rowsOf(this.cloud).run(name as RunId)?.weeks.length ?? 0) > 0);
      const ends = await Promise.all(both.map((name) => this.cloud.machine.status(name)));
      const isAllowed = begun.length < 2 && (ends.includes('SUCCEEDED') || this.isHit('configurator'));
      if (!isAllowed)
        this.seen.broken(
          'a-schedule-runs-once',
          `${first} ended ${ends[0]}, ${again} ${ends[1]}; begun: ${begun.join(', ')}`,
        );
    }
  }

  private checkPublished(publications: Publications, run: RunRecord, status: string): void {
    const broken = (message: string) => this.seen.broken('published-whatever-happens', `${run.runId} ${message}`);
    // What the Configurator has written, it has written before it failed.
    if (!this.publishing.has(run.runId) && this.isHit('configurator')) return;
    if (status === 'FAILED' && this.isHit('publisher')) return;
    const newest = rowsOf(this.cloud)
      .revisions(run.runId)
      .filter(({ publishedAt }) => publishedAt !== undefined)
      .sort((a, b) => b.revision - a.revision)
      .at(0);
    if (!newest) return broken('is published in no revision');
    for (const [week, attempt] of Object.entries(publications.ownPass(run.runId))) {
      if ((newest.attempts[week] ?? 0) < attempt) broken(`has committed ${week}, and r${newest.revision} lacks it`);
    }
    for (const week of run.weeks) this.checkResumed(run.runId, week);
    if (run.status !== newest.status) broken(`is ${run.status}, and its revision ${newest.status}`);
  }

  /** What the sweeper has failed, the redriven execution has gone on with, unless it had left the week before. */
  private checkResumed(runId: RunId, week: string): void {
    const isInterrupted = rowsOf(this.cloud).week(runId, week)?.failure?.error === FAILURE_NAMES.interrupted;
    const isLeft = this.seen.answeredByHand.has(`${runId} ${week}`) || this.isHit('failure-recorder');
    if (!isInterrupted || isLeft || this.mayTimeOut) return;
    this.seen.broken('redrive-goes-on', `${runId} ${week} is still interrupted`);
  }

  /** Whether the faults so far may have kept an answer away for longer than a task waits. */
  private get mayTimeOut(): boolean {
    return this.cloud.faults.costSeconds >= this.maxFaultSeconds;
  }

  /** Where only helpers failed and tasks were answered by hand, a week that nobody touched is complete. */
  private checkUntouched(): void {
    const { faults, inputs, plan } = this.cloud;
    const isAlone =
      faults.hits.every((hit) => HELPER_FAULT.test(hit)) && this.seen.actions.every((kind) => kind === 'answer');
    if (!isAlone) return;
    for (const { runId, weeks } of rowsOf(this.cloud).runs()) {
      for (const week of weeks) {
        const isBad = plan.bad.some((bad) => inputs.weeks[bad.week] === week);
        const row = rowsOf(this.cloud).week(runId, week);
        if (isBad || this.seen.answeredByHand.has(`${runId} ${week}`) || row?.status === 'COMPLETE') continue;
        this.seen.broken(
          'week-fails-alone',
          `${runId} ${week} is ${row?.status ?? 'missing'}: ${row?.failure?.error ?? ''}`,
        );
      }
    }
  }

  private isHit(role: string): boolean {
    return this.cloud.faults.hits.some((hit) => hit.endsWith(` ${role}`));
  }
}
