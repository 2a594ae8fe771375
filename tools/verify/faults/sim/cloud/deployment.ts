/** One simulated deployment: the synthesized template over simulated services, with one plan's faults. */
import { STAGE_CATALOGUE, STAGES, type Stage } from '../../../../../shared/pipeline/stages.ts';
import type { LambdaAnswer, StateMachine } from '../../../../local/asl/index.ts';
import type { LocalTemplate, QueueDeclaration } from '../../../../local/cloudformation/template.ts';
import { isObject } from '../../../../local/is-object.ts';
import { RandomSource } from '../../../random-source.ts';
import { Checks } from '../checks/checks.ts';
import { Faults } from '../faults.ts';
import type { Plan } from '../plan.ts';
import { clocksOf, functionOf, queuesOf } from './clocks.ts';
import { SimInputs } from './inputs.ts';
import { invoke } from './lambda.ts';
import { Process } from './process.ts';
import { SimQueue } from './queue.ts';
import { Scheduler } from './scheduler.ts';
import type { Services } from './services.ts';
import { SimBlobs, SimTable } from './storage.ts';
import type { SentMessage } from './simulated-cloud.ts';
import { openWorkflow } from './workflow.ts';

const START = Date.UTC(2026, 10, 23, 8);
/** Dead processes are forgotten when there are more than so many. */
const MAX_PROCESSES = 64;
const DEAD_LETTER_CONCURRENCY = 2;
/** What the calls around a stage's work take. */
const OVERHEAD_SECONDS = 25;

export class Deployment implements Services {
  readonly scheduler = new Scheduler(START);
  readonly random: RandomSource;
  readonly faults: Faults;
  readonly inputs: SimInputs;
  readonly checks: Checks;
  readonly table: SimTable;
  readonly artifacts: SimBlobs;
  readonly published: SimBlobs;
  readonly sentByWorkflow: SentMessage[] = [];
  machine!: StateMachine;
  private queues!: Readonly<Record<string, SimQueue>>;
  private processes: Process[] = [];
  private ids = 0;

  /**
   * @param trace told every line of what happens; absent: no line is made
   * @param onCall told the number of every call of a port
   */
  constructor(
    readonly plan: Plan,
    private readonly template: LocalTemplate,
    private readonly trace: ((line: string) => void) | undefined,
    onCall: (calls: number) => void,
  ) {
    this.random = new RandomSource(plan.seed, 1);
    const clocks = clocksOf(template);
    this.faults = new Faults(plan, clocks, onCall);
    this.inputs = new SimInputs(plan);
    this.checks = new Checks(this, clocks.heartbeat - longestWaitSeconds(plan));
    const { checks } = this;
    this.table = new SimTable(() => this.scheduler.now(), plan.indexLagSeconds);
    this.artifacts = new SimBlobs((key, body, before) => checks.artifactPut(key, body, before));
    this.published = new SimBlobs((key, body, before) => checks.published(key, body, before));
    this.boot();
  }

  note(line: () => string): void {
    if (!this.trace) return;
    const seconds = (this.scheduler.now() - START) / 1000;
    this.trace(`${seconds.toFixed(3).padStart(10)} ${this.faults.calls} ${line()}`);
  }

  newId(prefix: string): string {
    return `${prefix}${++this.ids}`;
  }

  latency(): number {
    return this.random.chance(0.04) ? this.random.between(100, 3_000) : this.random.between(1, 40);
  }

  workTime(): number {
    return this.random.between(10, this.plan.workSeconds * 1000);
  }

  process(role: string, subject: string): Process {
    const process = new Process(this, ++this.ids, role, subject);
    this.processes.push(process);
    if (this.processes.length > MAX_PROCESSES) this.processes = this.processes.filter(({ isAlive }) => isAlive);
    return process;
  }

  queueOf(stage: Stage): SimQueue {
    return this.queues[STAGE_CATALOGUE[stage].folder];
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

  private boot(): void {
    this.machine = openWorkflow(this, this.template);
    const queues: Record<string, SimQueue> = {};
    for (const stage of STAGES) {
      const { folder } = STAGE_CATALOGUE[stage];
      const declared = queuesOf(this.template, stage);
      const name = `${folder} dead letters`;
      queues[name] = this.newQueue('dead-letter', { ...declared.deadLetters, name });
      queues[folder] = this.newQueue(folder, { ...declared.main, name: folder }, queues[name]);
    }
    this.queues = queues;
  }

  /** @param deadLetters absent: it is a queue of dead letters itself */
  private newQueue(
    consumer: string,
    { name, visibilitySeconds, redrive }: QueueDeclaration,
    deadLetters?: SimQueue,
  ): SimQueue {
    const settings = {
      name,
      visibilitySeconds,
      maxReceiveCount: redrive?.maxReceiveCount ?? Number.POSITIVE_INFINITY,
      concurrency: deadLetters ? this.plan.concurrency : DEAD_LETTER_CONCURRENCY,
      // What a dead-letter queue is told of proves nothing about a stage's row.
      onAcknowledged: deadLetters ? (by: Process) => this.checks.acknowledged(by) : () => undefined,
    };
    const { timeoutSeconds } = functionOf(this.template, consumer);
    const queue: SimQueue = new SimQueue(
      this,
      settings,
      (event, messageId, done) => {
        const process = this.process(consumer, messageId);
        if (deadLetters) this.checks.deliveries.delivered(messageId, process, queue);
        invoke(this, process, event, timeoutSeconds, (answer) => done(wasHandled(answer), process));
      },
      deadLetters,
    );
    return queue;
  }
}

/** How long the last of a queue's messages waits for the others and is worked on, where nothing fails. */
function longestWaitSeconds({ runs, weeks, actions, concurrency, workSeconds }: Plan): number {
  // An action may send a message more.
  const messages = runs * weeks + actions.length;
  return Math.ceil(messages / concurrency) * (workSeconds + OVERHEAD_SECONDS);
}

function wasHandled(answer: LambdaAnswer): boolean {
  if (!answer.ok || !isObject(answer.payload)) return false;
  const failures = answer.payload.batchItemFailures;
  return Array.isArray(failures) && failures.length === 0;
}
