/** What people and the sweeper's schedule do while a run is under way, and after it. */
import type { Replay, RunId, StageMessage } from '../../../../shared/pipeline/messages.ts';
import { STAGES, type Stage } from '../../../../shared/pipeline/stages.ts';
import type { MenuWeek } from '../../../../shared/domain/model.ts';
import { cancelRun } from '../../../../shared/pipeline/run/cancel.ts';
import { planReplay, sendReplay, type WhichWeeks } from '../../../../shared/pipeline/run/replay.ts';
import { sweep, sweepAfterRestart } from '../../../../shared/pipeline/run/sweep.ts';
import type { Action } from './plan.ts';
import type { LocalDeps } from '../../../local/handlers.ts';
import { OPERATOR, portsOf } from './ports.ts';
import type { World } from './world.ts';

interface Asked {
  readonly which: WhichWeeks;
  readonly from: Stage | undefined;
  readonly id: string;
}

export class Operator {
  private readonly waiting: Action[];
  /** Begun, and to be done in a while. */
  private readonly armed = new Set<Action>();
  private isStarting = false;

  constructor(
    private readonly world: () => World,
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
    this.world().scheduler.schedule(seconds * 1000, () => {
      // Who owns the state lets nobody in before it has looked at what is left.
      if (this.isStarting && action.kind !== 'restart') return this.arm(action, 1);
      this.armed.delete(action);
      this.act(action);
    });
  }

  private act(action: Action): void {
    const world = this.world();
    const runId = this.runIds[action.run % this.runIds.length];
    const week = world.weeks[action.week % world.weeks.length] as MenuWeek;
    world.note(() => `operator: ${action.kind} ${runId} ${week} ${action.stage}`);
    switch (action.kind) {
      case 'replay':
        return this.replay(action, runId, week);
      case 'replay-by-hand':
        return this.perform('replay-by-hand', (ports) =>
          replayByHand(ports, runId, week, action.stage, world.newId('replay')),
        );
      case 'resend':
        return this.resend(action.stage, sentBody(world, runId, week, action.stage));
      case 'resend-buried':
        return this.resend(action.stage, buriedBody(world));
      case 'redrive':
        return world.checks.resent(world.deadLettersOf(action.stage).redriveTo(world.queueOf(action.stage)));
      case 'poison':
        return this.poison(action, runId, week);
      case 'cancel':
        return this.perform('cancel', (ports) => cancelRun(ports, runId, 'operator'));
      case 'sweep':
        return this.sweep();
      case 'mend-inputs':
        return world.mendInputs();
      case 'restart':
        return this.restart();
    }
  }

  private replay({ seconds, stage }: Action, runId: RunId, week: MenuWeek): void {
    const which = ([[week], 'failed', 'missing'] as const)[seconds % 3];
    const from = seconds % 2 === 0 ? stage : undefined;
    const id = this.world().newId('replay');
    this.perform('replay', (ports) => replayAsAsked(ports, runId, { which, from, id }));
  }

  /** The sweeper, as its schedule runs it. */
  sweep(): void {
    this.perform('sweep', (ports) => sweep(ports));
  }

  private restart(): void {
    this.world().restart();
    this.sweepAfterRestart();
    for (const action of [...this.armed]) this.arm(action);
  }

  /** Who owns the state after a restart runs everything in it. A start that fails is followed by another. */
  private sweepAfterRestart(): void {
    const world = this.world();
    const again = () => world.scheduler.schedule(1000, () => this.sweepAfterRestart());
    const process = world.process('start', OPERATOR);
    process.onDeath(again);
    this.isStarting = true;
    sweepAfterRestart(portsOf(process)).then(() => {
      this.isStarting = false;
    }, again);
  }

  private resend(stage: Stage, body: string | undefined): void {
    const world = this.world();
    if (body !== undefined) world.checks.resent([world.queueOf(stage).send(body)]);
  }

  private poison(action: Action, runId: RunId, week: MenuWeek): void {
    const { seconds, stage } = action;
    const other = STAGES[(STAGES.indexOf(stage) + 1) % STAGES.length];
    const message = { v: 1, runId: 'run-9', week, stage, attempt: 1 };
    const bodies = [
      'no message of ours',
      JSON.stringify({ ...message, v: 9, runId }),
      JSON.stringify(message),
      sentBody(this.world(), runId, week, other),
    ];
    const body = bodies[seconds % bodies.length];
    if (body !== undefined) this.world().checks.poisoned(this.world().queueOf(stage).send(body), body);
  }

  private perform(what: string, work: (ports: LocalDeps) => Promise<unknown>): void {
    const world = this.world();
    const process = world.process(what, OPERATOR);
    work(portsOf(process)).catch((error: unknown) =>
      world.note(() => `${process.name} gave up: ${String(error)}`),
    );
  }
}

/** What the queue's console shows: the message as the workflow sent it. */
function sentBody(world: World, runId: RunId, week: MenuWeek, stage: Stage): string | undefined {
  return world.sentByWorkflow.find(
    (one) => one.stage === stage && one.body.includes(`"${runId}"`) && one.body.includes(`"${week}"`),
  )?.body;
}

/** A body that was kept when its message was buried. */
function buriedBody(world: World): string | undefined {
  const key = [...world.artifacts.blobs.keys()].find((one) => one.startsWith('dead-letters/'));
  return key === undefined ? undefined : Buffer.from(world.artifacts.get(key)).toString('utf8');
}

/** `larder replay`: of one week, of those that failed, or of those that are missing. */
async function replayAsAsked(ports: LocalDeps, runId: RunId, asked: Asked): Promise<void> {
  const view = await ports.store.view(runId);
  if (!view) return;
  const now = ports.clock.now();
  await sendReplay(ports, planReplay(view, asked.which, asked.from, replayOf(asked.id, now), now));
}

/** A detached message by hand: it asks nobody whether the run or the week is under way. */
async function replayByHand(
  ports: LocalDeps,
  runId: RunId,
  week: MenuWeek,
  stage: Stage,
  id: string,
): Promise<void> {
  const row = await ports.store.week(runId, week);
  if (!row) return;
  const replay = replayOf(id, ports.clock.now());
  const message: StageMessage = { v: 1, runId, week, stage, attempt: row.attempt + 1, replay };
  await ports.queues.send(message);
}

function replayOf(id: string, now: number): Replay {
  return { id, by: 'operator', reason: 'the simulation', at: new Date(now).toISOString() };
}
