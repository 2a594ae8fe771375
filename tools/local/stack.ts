/**
 * The local stack: the synthesized template on this computer. Its state machine runs in the interpreter, its
 * queues and event sources in memory, its table on the embedded DynamoDB; buckets, mail and events are folders
 * under the state directory.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { SQSEvent } from 'aws-lambda';
import { codeVersion } from '../../infra/code-version.ts';
import { systemClock } from '../../shared/pipeline/system-clock.ts';
import type { RunId } from '../../shared/pipeline/messages.ts';
import { STAGE_CATALOGUE, type Stage } from '../../shared/pipeline/stages.ts';
import type { Executions, StageQueues } from '../../shared/pipeline/ports.ts';
import type { RunView } from '../../shared/pipeline/table/run-store.ts';
import { parseThresholds, type Thresholds } from '../../shared/report/alerts/thresholds.ts';
import { StateMachine, type LambdaAnswer } from './asl/index.ts';
import { EventSource } from './aws/event-source.ts';
import { LocalFunction, type Handler } from './aws/functions.ts';
import { LocalQueues } from './aws/queues.ts';
import type { EventSourceDeclaration, FunctionDeclaration, LocalTemplate } from './cloudformation/template.ts';
import { openEngine } from './engine.ts';
import { artifactsIn, directoryInputFiles, directoryMailer, fileEvents, publishedFiles } from './files.ts';
import { localHandlers, stageWorks, type LocalDeps, type StageWorks } from './handlers.ts';
import { meteredLog, meteredPorts, meteredVersionedBlobs, meterTable, type Meter } from './meter.ts';
import { openAsOwner, type LocalStore, type OpenedState } from './store.ts';
import { TimeOuts } from './time-outs.ts';

export interface LocalStack extends LocalStore {
  readonly queues: Pick<StageQueues, 'send'>;
  readonly executions: Executions;
  /** Starts a run and resolves when its execution has ended, however it did. */
  run(runId: string, request: unknown): Promise<void>;
  /** @throws Error where the run left no record */
  view(runId: string): Promise<RunView>;
  /** How the execution ended, in words. */
  causeOf(runId: string): Promise<string>;
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
const MAIL = { from: 'larder@localhost', to: ['planning@localhost'] };

/** @throws Error while another process runs in the same state directory */
export async function openLocalStack(directory: string, options: LocalStackOptions = {}): Promise<LocalStack> {
  const thresholds = parseThresholds(process.env['LARDER_ALERT_THRESHOLDS']);
  const opened = await openAsOwner(directory);
  const engine = await openEngine();
  const { template, store, dynamo } = opened;
  const timeOuts = new TimeOuts(opened.log);
  const { meter } = options;
  if (meter) meterTable(meter, dynamo.client);
  const queues = new LocalQueues(template.queues, { clock: systemClock, randomId: randomUUID });
  const functions = new Map<string, LocalFunction>();
  const machine = openMachine(template, queues, functions, meter);
  const stages = stageQueues(template, queues);
  const deps = depsOf({ ...opened, directory, machine, queues: stages, thresholds, meter });
  const handlers = localHandlers(deps, options.works ?? stageWorks(deps, engine));
  for (const declared of template.functions)
    functions.set(declared.logicalId, openFunction(declared, handlers[declared.folder], timeOuts, meter));
  const sources = template.eventSources.map((source) => openSource(source, queues, functions, options));
  const causeOf = async (runId: string) => {
    const { error, cause } = await machine.result(runId);
    return `${error ?? 'no error'}: ${cause ?? 'no cause'}`;
  };
  return {
    store,
    queues: stages,
    executions: machine,
    causeOf,
    owner: true,
    run: async (runId, request) => {
      await machine.start(runId, request);
      await machine.result(runId);
    },
    view: async (runId) => {
      const view = await store.view(runId as RunId);
      if (!view) throw new Error(`Run ${runId} left no record: ${await causeOf(runId)}`);
      return view;
    },
    close: async () => {
      await Promise.all(sources.map((source) => source.close()));
      await engine.close();
      queues.close();
      await dynamo.close();
      for (const line of timeOuts.lines()) process.stderr.write(line);
    },
  };
}

/** @param functions by logical id; filled before the first execution starts */
function openMachine(
  template: LocalTemplate,
  queues: LocalQueues,
  functions: ReadonlyMap<string, LocalFunction>,
  meter: Meter | undefined,
): StateMachine {
  const services = {
    invokeLambda: (arn: string, payload: unknown) => {
      const found = template.functions.find((one) => one.arn === arn);
      return functionOf(functions, found?.logicalId ?? arn).invoke(payload);
    },
    sendMessage: (queueUrl: string, body: string, groupId?: string) => {
      meter?.add('sqs:SendMessage');
      return queues.sendMessage(queueUrl, body, groupId);
    },
  };
  return new StateMachine(template.stateMachine.definition, services, {
    clock: systemClock,
    randomToken: randomUUID,
    random: Math.random,
    name: template.stateMachine.logicalId,
    onEvent: (_execution, { type }) => {
      if (type.endsWith('StateEntered')) meter?.add('states:Transition');
    },
  });
}

/** What the handlers depend on, with folders and memory in the place of AWS. */
function depsOf({
  directory,
  store,
  log,
  machine,
  queues,
  thresholds,
  meter,
}: OpenedState & {
  readonly directory: string;
  readonly machine: StateMachine;
  readonly queues: StageQueues;
  readonly thresholds: Thresholds;
  readonly meter: Meter | undefined;
}): LocalDeps {
  const ports = {
    callbacks: machine,
    queues,
    artifacts: artifactsIn(directory),
    mailer: directoryMailer(join(directory, 'mail'), randomUUID),
    events: fileEvents(join(directory, 'events.jsonl')),
    openInputs: directoryInputFiles,
  };
  return {
    ...(meter ? meteredPorts(meter, ports) : ports),
    store,
    clock: systemClock,
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
}

function openFunction(
  { logicalId, folder, timeoutSeconds, memoryMb }: FunctionDeclaration,
  handler: Handler,
  timeOuts: TimeOuts,
  meter: Meter | undefined,
): LocalFunction {
  const onEnd = (ms: number) => {
    meter?.add('lambda:Invoke');
    meter?.add('lambda:gigabyteSeconds', (ms / 1000) * (memoryMb / 1024));
  };
  const onTimeout = () => timeOuts.add(folder, timeoutSeconds);
  const settings = { name: logicalId, timeoutSeconds, clock: systemClock, randomId: randomUUID, onTimeout, onEnd };
  return new LocalFunction(handler, settings);
}

function openSource(
  source: EventSourceDeclaration,
  queues: LocalQueues,
  functions: ReadonlyMap<string, LocalFunction>,
  { meter, disturb }: LocalStackOptions,
): EventSource {
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
    const url = template.functions.map(({ environment }) => environment[name] ?? '').find((value) => value !== '');
    return queues.get(url ?? name);
  };
  return {
    send: (message) => {
      queueOf(message.stage).send(JSON.stringify(message), { groupId: message.runId });
      return Promise.resolve();
    },
    changeVisibility: (stage, { receipt }, seconds) => {
      queueOf(stage).changeVisibility(receipt, seconds);
      return Promise.resolve();
    },
  };
}
