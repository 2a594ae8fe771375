/** One simulated deployment: the synthesized workflow over simulated services, with one plan's faults. */
import { DeadTokenError } from '../../../../shared/pipeline/errors.ts';
import { STAGE_CATALOGUE, STAGES, type Stage } from '../../../../shared/pipeline/stages.ts';
import { isObject } from '../../../local/asl/json.ts';
import { StateMachine, type LambdaAnswer } from '../../../local/asl/index.ts';
import type { LocalTemplate } from '../../../local/cloudformation/template.ts';
import { Checks } from './checks.ts';
import { Dice } from './dice.ts';
import { Faults } from './faults.ts';
import { invoke } from './lambda.ts';
import type { Plan } from './plan.ts';
import { quiet } from './ports.ts';
import { Process } from './process.ts';
import { SimQueue } from './queue.ts';
import { Scheduler } from './scheduler.ts';
import { SimBlobs, SimTable } from './storage.ts';
import type { TinyInputs } from './tiny-domain.ts';

const START = Date.UTC(2026, 10, 23, 8);
const FIRST_WEEK = 49;
const MAX_SEND_SECONDS = 60;

/** SQS's own failure to take a message, which the workflow tries again. */
class SqsException extends Error {
  override readonly name = 'SqsException';
}

export class World {
  readonly scheduler = new Scheduler(START);
  readonly dice: Dice;
  readonly faults: Faults;
  readonly checks: Checks;
  readonly table: SimTable;
  readonly artifacts: SimBlobs;
  readonly published: SimBlobs;
  readonly weeks: readonly string[];
  /** Bodies that the workflow has sent, tokens and all, oldest first. */
  readonly sentByWorkflow: { readonly stage: Stage; readonly body: string }[] = [];
  machine!: StateMachine;
  private queues!: Readonly<Record<string, SimQueue>>;
  private processes: Process[] = [];
  private ids = 0;
  private inputVersion = 1;
  private inputsMended = false;

  /**
   * @param trace told every line of what happens; absent: nobody looks
   * @param onCall told the number of every call of a port
   */
  constructor(
    readonly plan: Plan,
    private readonly template: LocalTemplate,
    private readonly trace: ((line: string) => void) | undefined,
    onCall: (calls: number) => void,
  ) {
    this.dice = new Dice(plan.seed, 1);
    this.faults = new Faults(plan, onCall);
    this.checks = new Checks(this);
    const { checks } = this;
    this.table = new SimTable(
      () => this.scheduler.now(),
      plan.indexLagSeconds,
      (item, before, writer) => checks.put(item, before, writer),
    );
    this.artifacts = new SimBlobs((key, body, before) => checks.artifactPut(key, body, before));
    this.published = new SimBlobs((key, body, before) => checks.published(key, body, before));
    this.weeks = Array.from({ length: plan.weeks }, (_, week) => `2026-W${FIRST_WEEK + week}`);
    this.boot();
  }

  /** A line of the trace; the text is only made where somebody looks. */
  note(line: () => string): void {
    if (!this.trace) return;
    const seconds = (this.scheduler.now() - START) / 1000;
    this.trace(`${seconds.toFixed(3).padStart(10)} ${this.faults.calls} ${line()}`);
  }

  get isTraced(): boolean {
    return this.trace !== undefined;
  }

  newId(prefix: string): string {
    return `${prefix}${++this.ids}`;
  }

  /** Milliseconds that a request or an answer takes. */
  latency(): number {
    return this.dice.chance(0.04) ? this.dice.between(100, 3_000) : this.dice.between(1, 40);
  }

  /** Milliseconds that a stage's work takes. */
  workTime(): number {
    return this.dice.between(10, this.plan.workSeconds * 1000);
  }

  process(role: string, subject: string): Process {
    const process = new Process(this, ++this.ids, role, subject);
    this.processes.push(process);
    if (this.processes.length > 64) this.processes = this.processes.filter(({ isAlive }) => isAlive);
    return process;
  }

  queueOf(stage: Stage): SimQueue {
    return this.queues[STAGE_CATALOGUE[stage].folder];
  }

  get stageQueues(): readonly SimQueue[] {
    return STAGES.map((stage) => this.queueOf(stage));
  }

  deadLettersOf(stage: Stage): SimQueue {
    return this.queues[`${STAGE_CATALOGUE[stage].folder} dead letters`];
  }

  /** Every process dies, and all that lived in memory alone: queues, executions, tokens. */
  restart(): void {
    this.note(() => 'everything dies and starts again');
    this.scheduler.clear();
    for (const process of this.processes) process.kill('the restart');
    this.processes = [];
    this.scheduler.clear();
    this.checks.restarted();
    this.table.catchUp();
    this.boot();
  }

  /** Every version that the inputs have had so far. */
  get inputVersions(): readonly number[] {
    return Array.from({ length: this.inputVersion }, (_, before) => before + 1);
  }

  mendInputs(): void {
    this.inputVersion += 1;
    this.inputsMended = true;
  }

  isBad(week: string, stage: Stage): boolean {
    if (this.inputsMended) return false;
    return this.plan.bad.some((bad) => bad.stage === stage && this.weeks[bad.week] === week);
  }

  openInput(): AsyncIterable<Uint8Array> {
    const inputs: TinyInputs = {
      version: this.inputVersion,
      weeks: this.weeks,
      bad: this.weeks.filter((week) => this.isBad(week, 'extract')),
    };
    const bytes = Buffer.from(JSON.stringify(inputs));
    return (async function* () {
      yield await Promise.resolve(bytes);
    })();
  }

  succeed(token: string, output: unknown, by: Process): Promise<void> {
    return quiet(this.machine.succeed(token, output).then(() => this.checks.succeeded(token, output, by)));
  }

  fail(token: string, error: string, cause: string, by: Process): Promise<void> {
    return quiet(this.machine.fail(token, error, cause).then(() => this.checks.failed(token, error, by)));
  }

  /** Whether somebody waits for the token's answer. Asking counts as a heartbeat, so it is asked at the end only. */
  async isLive(token: string): Promise<boolean> {
    try {
      await this.machine.heartbeat(token);
      return true;
    } catch (error) {
      if (error instanceof DeadTokenError) return false;
      throw error;
    }
  }

  private boot(): void {
    this.machine = this.newMachine();
    const queues: Record<string, SimQueue> = {};
    for (const stage of STAGES) {
      const folder = STAGE_CATALOGUE[stage].folder;
      const name = `${folder} dead letters`;
      queues[name] = this.newQueue(folder, name, 'dead-letter');
      queues[folder] = this.newQueue(folder, folder, folder, queues[name]);
    }
    this.queues = queues;
  }

  /** @param worker the folder of the stage's worker, whose queue it is or whose dead letters it takes */
  private newQueue(worker: string, name: string, consumer: string, deadLetters?: SimQueue): SimQueue {
    const workerId = this.functionOf(worker).logicalId;
    const source = this.template.eventSources.find(({ functionId }) => functionId === workerId);
    const main = this.template.queues.find(({ arn }) => arn === source?.queueArn);
    const isMain = name === worker;
    const declared = isMain
      ? main
      : this.template.queues.find(({ arn }) => arn === main?.redrive?.deadLetterArn);
    if (!declared) throw new Error(`The template has no queue for ${name}.`);
    const settings = {
      name,
      visibilitySeconds: declared.visibilitySeconds,
      maxReceiveCount: declared.redrive?.maxReceiveCount ?? Number.POSITIVE_INFINITY,
      concurrency: isMain ? this.plan.concurrency : 2,
    };
    const { timeoutSeconds } = this.functionOf(consumer);
    return new SimQueue(
      this,
      settings,
      (event, messageId, done) => {
        const process = this.process(consumer, messageId);
        invoke(process, event, timeoutSeconds, (answer) => done(wasHandled(answer), process));
      },
      deadLetters,
    );
  }

  private functionOf(folder: string) {
    const found = this.template.functions.find((one) => one.folder === folder);
    if (!found) throw new Error(`The template has no function ${folder}.`);
    return found;
  }

  private newMachine(): StateMachine {
    const { stateMachine, functions, eventSources, queues } = this.template;
    const services = {
      invokeLambda: (arn: string, payload: unknown) => {
        const declared = functions.find((one) => one.arn === arn);
        if (!declared) throw new Error(`The template has no function ${arn}.`);
        return this.callFunction(declared.folder, payload, declared.timeoutSeconds);
      },
      sendMessage: (url: string, body: string) => {
        const queue = queues.find((one) => one.url === url);
        const source = eventSources.find(({ queueArn }) => queueArn === queue?.arn);
        const declared = functions.find(({ logicalId }) => logicalId === source?.functionId);
        const stage = STAGES.find((one) => STAGE_CATALOGUE[one].folder === declared?.folder);
        if (!stage) throw new Error(`No stage reads ${url}.`);
        return this.sendFromWorkflow(stage, body);
      },
    };
    return new StateMachine(stateMachine.definition, services, {
      clock: this.scheduler,
      random: () => this.dice.below(1_000) / 1_000,
      randomToken: () => this.checks.newToken(this.newId('')),
      name: 'faults',
      onEvent: (execution, event) => {
        this.note(() => `${execution} ${event.type}`);
        if (event.type === 'TaskTimedOut') this.checks.timedOut(execution);
      },
    });
  }

  private callFunction(folder: string, payload: unknown, timeoutSeconds: number): Promise<LambdaAnswer> {
    return new Promise((resolve) => {
      const subject = subjectOf(payload);
      const before = this.faults.hit('machine.invoke', folder, subject);
      const after = this.faults.hit('machine.return', folder, subject);
      const unavailable = { ok: false, error: 'Lambda.ServiceException', message: 'try again' } as const;
      const slow = (seconds: number | undefined) => this.latency() + (seconds ?? 0) * 1000;
      const isRefused = before !== undefined && !before.kind.startsWith('slow');
      this.scheduler.schedule(slow(isRefused ? 0 : before?.seconds), () => {
        if (isRefused) return resolve(unavailable);
        const event: unknown = JSON.parse(JSON.stringify(payload));
        invoke(this.process(folder, subject), event, timeoutSeconds, (answer) => {
          const isLost = after !== undefined && !after.kind.startsWith('slow');
          this.scheduler.schedule(slow(isLost ? 0 : after?.seconds), () =>
            resolve(isLost ? unavailable : answer),
          );
        });
      });
    });
  }

  private sendFromWorkflow(stage: Stage, body: string): Promise<{ messageId: string }> {
    return new Promise((resolve, reject) => {
      const fault = this.faults.hit('machine.send', stage, '');
      const isSlow = fault?.kind.startsWith('slow');
      // A request that nobody takes within a minute has failed.
      const extra = isSlow ? Math.min(fault?.seconds ?? 0, MAX_SEND_SECONDS) * 1000 : 0;
      this.scheduler.schedule(this.latency() + extra, () => {
        const isRefused = fault !== undefined && !isSlow;
        if (isRefused && fault.kind === 'error') return reject(new SqsException('refused'));
        this.sentByWorkflow.push({ stage, body });
        const messageId = this.queueOf(stage).send(body);
        this.scheduler.schedule(this.latency(), () => {
          if (isRefused) reject(new SqsException('the answer was lost'));
          else resolve({ messageId });
        });
      });
    });
  }
}

function wasHandled(answer: LambdaAnswer): boolean {
  if (!answer.ok || !isObject(answer.payload)) return false;
  const failures = answer.payload.batchItemFailures;
  return Array.isArray(failures) && failures.length === 0;
}

function subjectOf(payload: unknown): string {
  if (!isObject(payload)) return '';
  return [payload.runId, payload.week].filter((part) => typeof part === 'string').join(' ');
}
