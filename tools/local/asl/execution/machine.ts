/** A state machine on this computer: the ports Executions and Callbacks over the interpreter. */
import type { Callbacks, Clock, Executions, ExecutionStatus } from '../../../../shared/pipeline/ports.ts';
import type { Definition } from '../definition/definition.ts';
import { ExecutionAlreadyExists, ExecutionDoesNotExist, ValidationException } from '../errors.ts';
import type { Environment, ServiceCalls } from './environment.ts';
import { Execution, type ExecutionResult } from './execution.ts';
import type { HistoryEvent } from './history.ts';
import { byteSize, sameJson, toJson } from '../data/json.ts';
import { MAX_PAYLOAD_BYTES } from '../limits.ts';
import { parseDefinition } from '../definition/parse.ts';
import { TaskTokens } from './tokens.ts';

export interface StateMachineOptions {
  readonly clock: Clock;
  /** Makes task tokens; they must not be guessable. */
  readonly randomToken: () => string;
  /** A number from 0 up to 1, for the jitter of retries. */
  readonly random: () => number;
  /** Appears in ARNs. */
  readonly name?: string;
  /** Events after which an execution fails; AWS's limit where it is not given. */
  readonly maxHistoryEvents?: number;
  /** Told every event of every execution as it is written; must not throw. */
  readonly onEvent?: (executionName: string, event: HistoryEvent) => void;
}

const REGION = 'local';
const ACCOUNT = '000000000000';
/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
const NAME = /^[A-Za-z0-9_-]{1,80}$/;

export class StateMachine implements Executions, Callbacks {
  private readonly definition: Definition;
  private readonly executions = new Map<string, Execution>();
  private readonly environment: Environment;
  private readonly name: string;
  private readonly onEvent: (executionName: string, event: HistoryEvent) => void;

  /**
   * @param definition the JSON value of the DefinitionString
   * @throws UnsupportedDefinition that lists whatever the interpreter does not have
   */
  constructor(definition: unknown, services: ServiceCalls, options: StateMachineOptions) {
    const { clock, random, randomToken, name = 'state-machine', maxHistoryEvents, onEvent } = options;
    this.definition = parseDefinition(definition);
    this.name = name;
    this.onEvent = onEvent ?? (() => undefined);
    this.environment = {
      clock,
      random,
      services,
      tokens: new TaskTokens(randomToken),
      region: REGION,
      ...(maxHistoryEvents === undefined ? {} : { maxHistoryEvents }),
    };
  }

  /**
   * Starts an execution. The same name and input again is the same execution, also after its end.
   * @throws ExecutionAlreadyExists for the same name with another input
   * @throws ValidationException for a name or an input that AWS refuses
   */
  async start(name: string, input: unknown): Promise<void> {
    if (!NAME.test(name)) throw new ValidationException(`InvalidName: "${name}" is no execution name.`);
    const json = toJson(input);
    if (byteSize(JSON.stringify(json)) > MAX_PAYLOAD_BYTES) {
      throw new ValidationException(`InvalidExecutionInput: the input is longer than ${MAX_PAYLOAD_BYTES} bytes.`);
    }
    const existing = this.executions.get(name);
    if (existing) {
      if (sameJson(existing.input, json)) return;
      throw new ExecutionAlreadyExists(`ExecutionAlreadyExists: ${name} has another input.`);
    }
    const machineArn = this.arn('stateMachine');
    const ids = { name, arn: `${this.arn('execution')}:${name}`, machine: this.name, machineArn };
    const onEvent = (event: HistoryEvent) => this.onEvent(name, event);
    const execution = new Execution(this.environment, this.definition, ids, json, onEvent);
    this.executions.set(name, execution);
    execution.start();
    return Promise.resolve();
  }

  /** Ends a running execution as ABORTED; its tokens die. One that has ended stays as it is. */
  async stop(name: string, cause: string, error?: string): Promise<void> {
    this.find(name).stop(error, cause);
    return Promise.resolve();
  }

  /**
   * Has an execution that failed, timed out or was stopped go on from the states that did not succeed, with the same
   * input: their retries and clocks begin anew, their tasks get new tokens, and a Map keeps what its iterations have
   * got done. https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
   *
   * @throws ExecutionNotRedrivable for one that runs, has succeeded, or has no room left in its history
   * @throws ExecutionDoesNotExist
   */
  async redrive(name: string): Promise<void> {
    this.find(name).redrive();
    return Promise.resolve();
  }

  status(name: string): Promise<ExecutionStatus> {
    return Promise.resolve(this.executions.get(name)?.status ?? 'UNKNOWN');
  }

  /** Resolves when the execution, or its newest redrive, has ended, however it did. @throws ExecutionDoesNotExist */
  async result(name: string): Promise<ExecutionResult> {
    return this.find(name).ended;
  }

  /** The events so far, oldest first. @throws ExecutionDoesNotExist */
  history(name: string): readonly HistoryEvent[] {
    return this.find(name).events;
  }

  succeed(taskToken: string, output: unknown): Promise<void> {
    return this.environment.tokens.succeed(taskToken, output);
  }

  /** Without error and cause, too: the task has failed all the same. */
  fail(taskToken: string, error?: string, cause?: string): Promise<void> {
    return this.environment.tokens.fail(taskToken, error, cause);
  }

  heartbeat(taskToken: string): Promise<void> {
    return this.environment.tokens.heartbeat(taskToken);
  }

  private find(name: string): Execution {
    const execution = this.executions.get(name);
    if (!execution) throw new ExecutionDoesNotExist(`ExecutionDoesNotExist: there is no execution ${name}.`);
    return execution;
  }

  private arn(kind: 'stateMachine' | 'execution'): string {
    return `arn:aws:states:${REGION}:${ACCOUNT}:${kind}:${this.name}`;
  }
}
