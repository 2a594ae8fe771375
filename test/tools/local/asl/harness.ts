import {
  StateMachine,
  type HistoryEvent,
  type LambdaAnswer,
  type StateMachineOptions,
} from '../../../../tools/local/asl/index.ts';
import { VirtualClock } from '../../../../tools/local/aws/clock.ts';

/** A message that a callback task has sent. */
export interface SentMessage {
  readonly queueUrl: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly token: string;
  readonly groupId?: string;
}

/** A machine on virtual time whose services are played by the test. */
export function harness(definition: unknown, options: Partial<StateMachineOptions> = {}) {
  const clock = new VirtualClock(0);
  const sent: SentMessage[] = [];
  const invocations: { functionName: string; payload: unknown }[] = [];
  const lambda = {
    answer: (payload: unknown): LambdaAnswer | Promise<LambdaAnswer> => ({ ok: true, payload }),
  };
  let tokens = 0;
  const machine = new StateMachine(
    definition,
    {
      invokeLambda: async (functionName, payload) => {
        invocations.push({ functionName, payload });
        return await lambda.answer(payload);
      },
      sendMessage: (queueUrl, text, groupId) => {
        const body = JSON.parse(text) as Record<string, unknown>;
        sent.push({ queueUrl, body, token: String(body.token), ...(groupId === undefined ? {} : { groupId }) });
        return Promise.resolve({ messageId: `message-${sent.length}` });
      },
    },
    { clock, random: () => 0.5, randomToken: () => `token-${++tokens}`, ...options },
  );
  return {
    machine,
    clock,
    sent,
    invocations,
    lambda,
    async start(input: unknown = {}, name = 'run') {
      await machine.start(name, input);
      await clock.advance(0);
    },
    /** The history as `id<previous Type detail`. */
    history: (name = 'run') => machine.history(name).map(line),
    /** Types only, for where the order is all. */
    types: (name = 'run') => machine.history(name).map(({ type }) => type),
  };
}

function line({ id, previousEventId, type, details }: HistoryEvent): string {
  const { name, index, error, redriveCount } = details;
  const detail = [name, index, error, redriveCount].filter((value) => value !== undefined).join(' ');
  return `${id}<${previousEventId} ${type}${detail ? ` ${detail}` : ''}`;
}

/** A callback task whose message carries the token as `token`. */
export function callbackTask(fields: Readonly<Record<string, unknown>> = {}) {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    Parameters: { QueueUrl: 'https://queue', MessageBody: { 'token.$': '$$.Task.Token', 'week.$': '$' } },
    End: true,
    ...fields,
  };
}

/** A task that calls the function `configure` with its input. */
export function lambdaTask(fields: Readonly<Record<string, unknown>> = {}) {
  return {
    Type: 'Task',
    Resource: 'arn:aws-cn:states:::lambda:invoke',
    Parameters: { FunctionName: 'configure', 'Payload.$': '$' },
    End: true,
    ...fields,
  };
}

/** An inline Map over its input, each item through these states. */
export function mapOf(states: Readonly<Record<string, unknown>>, fields: Readonly<Record<string, unknown>> = {}) {
  return {
    Type: 'Map',
    ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...machineOf(states) },
    End: true,
    ...fields,
  };
}

export function machineOf(states: Readonly<Record<string, unknown>>, fields: Readonly<Record<string, unknown>> = {}) {
  return { StartAt: Object.keys(states)[0], States: states, ...fields };
}
