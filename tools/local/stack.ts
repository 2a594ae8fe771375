/**
 * The local stack: the synthesized template on this computer. Its state machine runs in the interpreter, its
 * queues and event sources in memory, its table on the embedded DynamoDB; buckets, mail and events are folders
 * under the state directory.
 */
import type { LogEvent } from '../../shared/pipeline/log-events.ts';
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { SQSEvent } from 'aws-lambda';
import { codeVersion } from '../../infra/code-version.ts';
import { DynamoTable } from '../../shared/aws/dynamo-table.ts';
import { systemClock } from '../../shared/pipeline/system-clock.ts';
import type { RunId } from '../../shared/pipeline/messages.ts';
import { STAGE_CATALOGUE, type Stage } from '../../shared/pipeline/stages.ts';
import type { Blobs, Executions, Log, StageQueues, VersionedBlobs } from '../../shared/pipeline/ports.ts';
import type { RunRecord } from '../../shared/pipeline/table/records.ts';
import { RunStore, type RunView } from '../../shared/pipeline/table/run-store.ts';
import { sweepAfterRestart } from '../../shared/pipeline/run/sweep.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { parseThresholds, type Thresholds } from '../../shared/report/alerts/thresholds.ts';
import { StateMachine, type LambdaAnswer } from './asl/index.ts';
import { cachedTemplate } from './cloudformation/cached-template.ts';
import { openLocalDynamo, type LocalDynamo } from './aws/dynamo.ts';
import { openEngine, type ThreadedEngine } from './engine.ts';
import { EventSource } from './aws/event-source.ts';
import { DirectoryBlobs, directoryInputFiles, directoryMailer, fileEvents } from './files.ts';
import { LocalFunction } from './aws/functions.ts';
import { localHandlers, stageWorks, type LocalDeps, type StageWorks } from './handlers.ts';
import { meterTable, meteredVersionedBlobs, meteredLog, meteredPorts, type Meter } from './meter.ts';
import { LocalQueues } from './aws/queues.ts';
import { readTemplate, type LocalTemplate } from './cloudformation/template.ts';

/** The status table alone, for looking. */
export interface LocalStore {
  readonly store: RunStore;
  /** Whether this process serves the table, so that none can run in the directory meanwhile. */
  readonly owner: boolean;
  close(): Promise<void>;
}

export interface LocalStack extends LocalStore {
  readonly queues: Pick<StageQueues, 'send'>;
  readonly executions: Executions;
  /** Starts a run and resolves when its execution has ended, however it did. */
  run(runId: string, request: unknown): Promise<void>;
  /** @throws Error where the run left no record */
  view(runId: string): Promise<RunView>;
  /** How the execution ended, in words. */
  causeOf(runId: string): Promise<string>;
  /** The newest revision's `summary.json`. */
  summary(run: RunRecord): Promise<Summary>;
}

/** Where a run's files go that does not say. */
const DEFAULT_OUTPUT = 'out';
const MAIL = { from: 'larder@localhost', to: ['planning@localhost'] };

interface Opened {
  readonly template: LocalTemplate;
  readonly dynamo: LocalDynamo;
  readonly store: RunStore;
  readonly log: Log;
}

async function open(directory: string): Promise<Opened> {
  const template = readTemplate(await cachedTemplate());
  const dynamo = await openLocalDynamo(directory, template.tables);
  const store = new RunStore(new DynamoTable(dynamo.client, template.tables[0].name));
  const opened = { template, dynamo, store, log: fileLog(join(directory, 'log.jsonl')) };
  // Who owns the state runs everything in it: whatever is unfinished now has lost its process.
  if (dynamo.owner) {
    await sweepAfterRestart({ ...opened, clock: systemClock, executions: NOTHING_RUNS });
  }
  return opened;
}

/** Executions where none is. */
export const NOTHING_RUNS = {
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
  status: () => Promise.resolve('UNKNOWN' as const),
};

/** Opens the status table of a state directory, also while another process runs in it. */
export async function openLocalStore(directory: string): Promise<LocalStore> {
  const { store, dynamo } = await open(directory);
  return { store, owner: dynamo.owner, close: () => dynamo.close() };
}

type Invoke = (event: SQSEvent) => Promise<LambdaAnswer>;

/**
 * Stands between a queue and its worker.
 *
 * @param comeBack makes the event's messages visible again in a moment, instead of in the visibility timeout
 */
export type Disturb = (invoke: Invoke, comeBack: (event: SQSEvent) => void) => Invoke;

export interface LocalStackOptions {
  /** What the stages do, in the place of their own work. */
  readonly works?: StageWorks;
  /** Is told what the same run would ask of AWS. */
  readonly meter?: Meter;
  /** What goes wrong between the queues and the workers; absent: nothing. */
  readonly disturb?: Disturb;
}

const COME_BACK_SECONDS = 2;

/** Whoever only looks, as `larder status` does, is gone by then. */
const OTHERS_LOOK_MS = 5_000;

async function openAsOwner(directory: string): Promise<Opened> {
  const until = Date.now() + OTHERS_LOOK_MS;
  let hasSaid = false;
  for (;;) {
    const opened = await open(directory);
    if (opened.dynamo.owner) return opened;
    await opened.dynamo.close();
    if (!hasSaid) process.stderr.write('Waiting for another larder process in this folder …\n');
    hasSaid = true;
    if (Date.now() > until) {
      throw new Error(
        `Another larder process is running in ${directory}. Wait for it to end, then try again.`,
      );
    }
    await wait(100);
  }
}

/** @throws Error while another process runs in the same state directory */
export async function openLocalStack(
  directory: string,
  options: LocalStackOptions = {},
): Promise<LocalStack> {
  const thresholds = parseThresholds(process.env['LARDER_ALERT_THRESHOLDS']);
  const opened = await openAsOwner(directory);
  const { queues, stages, sources, machine, engine } = assemble(directory, opened, await openEngine(), {
    ...options,
    thresholds,
  });
  return {
    store: opened.store,
    queues: stages,
    executions: machine,
    causeOf: (runId) => causeOf(machine, runId),
    owner: true,
    run: async (runId, request) => {
      await machine.start(runId, request);
      await machine.result(runId);
    },
    view: async (runId) => {
      const view = await opened.store.view(runId as RunId);
      if (!view) throw new Error(`Run ${runId} left no record: ${await causeOf(machine, runId)}`);
      return view;
    },
    summary: async (run) => {
      const bytes = await publishedFiles(run).blobs.get(`${run.runId}/r${run.revision}/summary.json`);
      return JSON.parse(Buffer.from(bytes).toString('utf8')) as Summary;
    },
    close: async () => {
      await Promise.all(sources.map((source) => source.close()));
      await engine.close();
      queues.close();
      await opened.dynamo.close();
    },
  };
}

async function causeOf(machine: StateMachine, runId: string): Promise<string> {
  const { error, cause } = await machine.result(runId);
  return `${error ?? 'no error'}: ${cause ?? 'no cause'}`;
}

/** The template's parts, wired as it says. */
function assemble(
  directory: string,
  { template, store, log, dynamo }: Opened,
  engine: ThreadedEngine,
  options: LocalStackOptions & { readonly thresholds: Thresholds },
) {
  const clock = systemClock;
  const { meter, works, thresholds, disturb } = options;
  if (meter) meterTable(meter, dynamo.client);
  const queues = new LocalQueues(template.queues, { clock, randomId: randomUUID });
  const functions = new Map<string, LocalFunction>();
  const services = {
    invokeLambda: (arn: string, payload: unknown) => {
      const found = template.functions.find((one) => one.arn === arn);
      return functionOf(functions, found?.logicalId ?? arn).invoke(payload);
    },
    sendMessage: (queueUrl: string, body: string) => {
      meter?.add('sqs:SendMessage');
      return queues.sendMessage(queueUrl, body);
    },
  };
  const machine = new StateMachine(template.stateMachine.definition, services, {
    clock,
    randomToken: randomUUID,
    random: Math.random,
    name: template.stateMachine.logicalId,
    onEvent: (_execution, { type }) => {
      if (type.endsWith('StateEntered')) meter?.add('states:Transition');
    },
  });
  const ports = {
    callbacks: machine,
    queues: stageQueues(template, queues),
    artifacts: artifactsIn(directory),
    mailer: directoryMailer(join(directory, 'mail'), randomUUID),
    events: fileEvents(join(directory, 'events.jsonl')),
    openInputs: directoryInputFiles,
  };
  const deps: LocalDeps = {
    ...(meter ? meteredPorts(meter, ports) : ports),
    store,
    clock,
    log: meter ? meteredLog(meter, log) : log,
    executions: machine,
    published: meter
      ? (run) => ({ ...publishedFiles(run), blobs: meteredVersionedBlobs(meter, publishedFiles(run).blobs) })
      : publishedFiles,
    mail: MAIL,
    thresholds,
    defaultInput: join(directory, 'sample'),
    codeVersion: codeVersion(),
  };
  const handlers = localHandlers(deps, works ?? stageWorks(deps, engine));
  for (const { logicalId, folder, timeoutSeconds, memoryMb } of template.functions) {
    const onEnd = (ms: number) => {
      meter?.add('lambda:Invoke');
      meter?.add('lambda:gigabyteSeconds', (ms / 1000) * (memoryMb / 1024));
    };
    const settings = { name: logicalId, timeoutSeconds, clock, randomId: randomUUID, onEnd };
    functions.set(logicalId, new LocalFunction(handlers[folder], settings));
  }
  const sources = template.eventSources.map((source) => {
    const worker = functionOf(functions, source.functionId);
    const queue = queues.get(source.queueArn);
    // The deletion, by the event source, follows each batch that was handled.
    const invoke: Invoke = async (event) => {
      meter?.add('sqs:ReceiveMessage');
      const answer = await worker.invoke(event);
      if (answer.ok) meter?.add('sqs:DeleteMessage');
      return answer;
    };
    const comeBack = ({ Records }: SQSEvent) => {
      for (const { receiptHandle } of Records) queue.changeVisibility(receiptHandle, COME_BACK_SECONDS);
    };
    return new EventSource(queue, disturb ? disturb(invoke, comeBack) : invoke, source);
  });
  return { queues, stages: ports.queues, sources, machine, engine };
}

function functionOf(functions: ReadonlyMap<string, LocalFunction>, id: string): LocalFunction {
  const found = functions.get(id);
  if (!found) throw new Error(`The template has no function ${id}.`);
  return found;
}

/** The stages' queues, by the variables that tell the deployed workers. */
function stageQueues(template: LocalTemplate, queues: LocalQueues): StageQueues {
  const queueOf = (stage: Stage) => {
    const name = STAGE_CATALOGUE[stage].queueVariable;
    const url = template.functions
      .map(({ environment }) => environment[name] ?? '')
      .find((value) => value !== '');
    return queues.get(url ?? name);
  };
  return {
    send: (message) => {
      queueOf(message.stage).send(JSON.stringify(message));
      return Promise.resolve();
    },
    release: (stage, { receipt }, delaySeconds) => {
      queueOf(stage).changeVisibility(receipt, delaySeconds);
      return Promise.resolve();
    },
  };
}

/** What the stages hand on, in the place of the bucket. */
export function artifactsIn(directory: string): Blobs {
  return new DirectoryBlobs(join(directory, 'bucket'));
}

/** Where a run's published files are: keys are `<runId>/r<revision>/<file>`. */
export function publishedFiles(run: Pick<RunRecord, 'settings'>): {
  blobs: VersionedBlobs;
  location: string;
} {
  const location = run.settings.output ?? DEFAULT_OUTPUT;
  return { blobs: new DirectoryBlobs(location), location };
}

function fileLog(file: string): Log {
  mkdirSync(join(file, '..'), { recursive: true });
  const line = (level: string) => (event: LogEvent, fields?: Readonly<Record<string, unknown>>) => {
    appendFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), level, event, ...fields })}\n`);
  };
  return { info: line('info'), warn: line('warn'), error: line('error') };
}
