/** What people and the sweeper's schedule do while a run is under way, and after it. */
import type { Replay, RunId, StageMessage } from '../../../../shared/pipeline/messages.ts';
import { STAGES, type Stage } from '../../../../shared/pipeline/stages.ts';
import type { MenuWeek } from '../../../../shared/domain/model.ts';
import { cancelRun } from '../../../../shared/pipeline/run/cancel.ts';
import { planReplay, sendReplay, type WhichWeeks } from '../../../../shared/pipeline/run/replay.ts';
import { sweep, sweepAfterRestart } from '../../../../shared/pipeline/run/sweep.ts';
import type { Action, Op } from './plan.ts';
import type { Process } from './cloud/process.ts';
import { OPERATOR, portsOf, quiet } from './cloud/ports.ts';
import type { Deployment } from './cloud/deployment.ts';
import type { LocalDeps } from '../../../local/handlers.ts';

interface Asked {
  readonly which: WhichWeeks;
  readonly from: Stage | undefined;
  readonly id: string;
}

/** With what a task may be answered by hand: by success with any JSON within the limit, or by any failure. */
const BY_HAND: readonly ({ readonly output: unknown } | { readonly error?: string; readonly cause?: string })[] = [
  { output: {} },
  {},
  { output: 'x' },
  { output: 5 },
  { output: { text: 'x'.repeat(250_000) } },
  { error: 'NotToday', cause: 'the factory is closed' },
  { error: 'States.HeartbeatTimeout', cause: 'a name that is tried again' },
];

export class Operator {
  private readonly waiting: Action[];
  /** Due, and to be done when their seconds are over. */
  private readonly armed = new Set<Action>();
  private isStarting = false;

  constructor(
    private readonly deployment: () => Deployment,
    actions: readonly Action[],
    private readonly runIds: readonly RunId[],
  ) {
    this.waiting = [...actions].sort((a, b) => a.afterCalls - b.afterCalls);
  }

  /** Does what is due after so many calls. */
  due(calls: number): void {
    while (this.waiting.length > 0 && this.waiting[0].afterCalls <= calls) this.next();
  }

  /** Begins the next action, however early. @returns false where there is none */
  next(): boolean {
    const action = this.waiting.shift();
    if (!action) return false;
    this.arm(action);
    return true;
  }

  private arm(action: Action, seconds = action.seconds): void {
    this.armed.add(action);
    this.deployment().scheduler.schedule(seconds * 1000, () => {
      // The process that owns the state lets nobody in before its sweep of what is left.
      if (this.isStarting && action.kind !== 'restart') return this.arm(action, 1);
      this.armed.delete(action);
      this.act(action);
    });
  }

  private act(action: Action): void {
    const deployment = this.deployment();
    const { weeks } = deployment.inputs;
    const runId = this.runIds[action.run % this.runIds.length];
    const week = weeks[action.week % weeks.length] as MenuWeek;
    deployment.note(() => `operator: ${action.kind} ${runId} ${week} ${action.stage}`);
    deployment.checks.actions.push(action.kind);
    switch (action.kind) {
      case 'replay':
        return this.replay(action, runId, week);
      case 'replay-by-hand':
        return this.perform('replay-by-hand', (ports) =>
          replayByHand(ports, runId, week, action.stage, deployment.newId('replay')),
        );
      case 'resend':
        return this.resend(action.stage, sentBody(deployment, runId, week, action.stage));
      case 'resend-quarantined':
        return this.resend(action.stage, quarantinedBody(deployment));
      case 'redrive':
        return deployment.checks.resent(
          deployment.deadLettersOf(action.stage).redriveTo(deployment.queueOf(action.stage)),
        );
      case 'poison':
        return this.poison(action, runId, week);
      case 'cancel':
        return this.perform('cancel', (ports) => cancelRun(ports, runId, 'operator'));
      case 'sweep':
        return this.sweep();
      case 'mend-inputs':
        return deployment.inputs.mend();
      case 'restart':
        return this.restart();
      case 'answer':
        return this.answer(action, runId, week);
      case 'stop':
        return this.perform('stop', ({ executions }) => executions.stop(runId, 'operator'));
      case 'redrive-execution':
        return this.redriveExecution(runId);
    }
  }

  /** The newest task of the week, answered by its token, as the console allows. */
  private answer({ seconds }: Action, runId: RunId, week: MenuWeek): void {
    const deployment = this.deployment();
    const body = sentBodies(deployment, runId, week).at(-1)?.body;
    if (body === undefined) return;
    const { taskToken } = JSON.parse(body) as { taskToken: string };
    const given = BY_HAND[seconds % BY_HAND.length];
    const { machine } = deployment;
    const isSuccess = 'output' in given;
    this.call('answer', isSuccess ? 'callbacks.succeed' : 'callbacks.fail', async () => {
      await (isSuccess ? machine.succeed(taskToken, given.output) : machine.fail(taskToken, given.error, given.cause));
      deployment.checks.answeredByHand.add(`${runId} ${week}`);
    });
  }

  private redriveExecution(runId: RunId): void {
    const { machine, checks } = this.deployment();
    this.call('redrive-execution', 'executions.redrive', async () => {
      await machine.redrive(runId);
      checks.redriven.add(runId);
    });
  }

  /** One call of a service that the pipeline itself never makes. */
  private call(what: string, op: Op, effect: () => Promise<void>): void {
    const deployment = this.deployment();
    const process = deployment.process(what, OPERATOR);
    process.call(op, what, () => quiet(effect())).catch(gaveUp(deployment, process));
  }

  private replay({ seconds, stage }: Action, runId: RunId, week: MenuWeek): void {
    const which = ([[week], 'failed', 'missing'] as const)[seconds % 3];
    const from = seconds % 2 === 0 ? stage : undefined;
    const id = this.deployment().newId('replay');
    this.perform('replay', (ports) => replayAsAsked(ports, runId, { which, from, id }));
  }

  /** The sweeper, as its schedule runs it. */
  sweep(): void {
    this.perform('sweep', (ports) => sweep(ports));
  }

  private restart(): void {
    this.deployment().restart();
    this.sweepAfterRestart();
    for (const action of [...this.armed]) this.arm(action);
  }

  /** The sweep of the process that owns the state after a restart. A start that fails is followed by another. */
  private sweepAfterRestart(): void {
    const deployment = this.deployment();
    const again = () => deployment.scheduler.schedule(1000, () => this.sweepAfterRestart());
    const process = deployment.process('start', OPERATOR);
    process.onDeath(again);
    this.isStarting = true;
    sweepAfterRestart(portsOf(deployment, process)).then(() => {
      this.isStarting = false;
    }, again);
  }

  private resend(stage: Stage, body: string | undefined): void {
    const deployment = this.deployment();
    if (body !== undefined) deployment.checks.resent([deployment.queueOf(stage).send(body)]);
  }

  private poison(action: Action, runId: RunId, week: MenuWeek): void {
    const { seconds, stage } = action;
    const other = STAGES[(STAGES.indexOf(stage) + 1) % STAGES.length];
    const message = { v: 1, runId: 'run-9', week, stage, attempt: 1 };
    const bodies = [
      'no message of ours',
      JSON.stringify({ ...message, v: 9, runId }),
      JSON.stringify(message),
      sentBody(this.deployment(), runId, week, other),
    ];
    const body = bodies[seconds % bodies.length];
    if (body !== undefined) this.deployment().checks.poisoned(this.deployment().queueOf(stage).send(body), body);
  }

  private perform(what: string, work: (ports: LocalDeps) => Promise<unknown>): void {
    const deployment = this.deployment();
    const process = deployment.process(what, OPERATOR);
    work(portsOf(deployment, process)).catch(gaveUp(deployment, process));
  }
}

/** What the queues' consoles show: the week's messages as the workflow sent them, oldest first. */
function sentBodies({ sentByWorkflow }: Deployment, runId: RunId, week: MenuWeek) {
  return sentByWorkflow.filter(({ body }) => body.includes(`"${runId}"`) && body.includes(`"${week}"`));
}

function sentBody(deployment: Deployment, runId: RunId, week: MenuWeek, stage: Stage): string | undefined {
  return sentBodies(deployment, runId, week).find((one) => one.stage === stage)?.body;
}

function gaveUp(deployment: Deployment, process: Process): (error: unknown) => void {
  return (error) => deployment.note(() => `${process.name} gave up: ${String(error)}`);
}

/** The body of a message that was quarantined. */
function quarantinedBody(deployment: Deployment): string | undefined {
  const key = [...deployment.artifacts.blobs.keys()].find((one) => one.startsWith('dead-letters/'));
  return key === undefined ? undefined : Buffer.from(deployment.artifacts.get(key)).toString('utf8');
}

/** `larder replay`: of one week, of those that failed, or of those that are missing. */
async function replayAsAsked(ports: LocalDeps, runId: RunId, asked: Asked): Promise<void> {
  const view = await ports.store.view(runId);
  if (!view) return;
  const now = ports.clock.now();
  await sendReplay(ports, planReplay(view, asked.which, asked.from, replayOf(asked.id, now), now));
}

/** A detached message sent by hand, whether or not the run or the week is under way. */
async function replayByHand(ports: LocalDeps, runId: RunId, week: MenuWeek, stage: Stage, id: string): Promise<void> {
  const row = await ports.store.week(runId, week);
  if (!row) return;
  const replay = replayOf(id, ports.clock.now());
  const message: StageMessage = { v: 1, runId, week, stage, attempt: row.attempt + 1, replay };
  await ports.queues.send(message);
}

function replayOf(id: string, now: number): Replay {
  return { id, by: 'operator', reason: 'the simulation', at: new Date(now).toISOString() };
}
