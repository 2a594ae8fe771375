/**
 * Task states: a Lambda function that is called, and a queue message whose token somebody answers.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
 */
import type { TaskState } from '../definition/definition.ts';
import { StateFailure } from '../errors.ts';
import { byteSize, isJsonObject, toJson, type Json } from '../data/json.ts';
import { MAX_PAYLOAD_BYTES } from '../limits.ts';
import { dataLimitExceeded, type Visit } from './visit.ts';
import { TaskWait } from './task-wait.ts';

const SERVICES = {
  'lambda:invoke': { resourceType: 'lambda', resource: 'invoke' },
  'sqs:sendMessage.waitForTaskToken': { resourceType: 'sqs', resource: 'sendMessage.waitForTaskToken' },
} as const;

/** One attempt of the task. @returns its result */
export async function runTask(visit: Visit<TaskState>): Promise<Json> {
  const { run, branch, state } = visit;
  const wait = new TaskWait(visit);
  const service = SERVICES[state.integration];
  try {
    const result = await (state.integration === 'lambda:invoke' ? invoke(visit, wait) : sendAndWait(visit, wait));
    run.record(branch, 'TaskSucceeded', { ...service, output: JSON.stringify(result) });
    return result;
  } catch (thrown) {
    if (thrown instanceof StateFailure && thrown.error !== 'States.Runtime') {
      const type = thrown.error === 'States.Timeout' ? 'TaskTimedOut' : 'TaskFailed';
      run.record(branch, type, { ...service, ...thrown.details() });
    }
    throw thrown;
  } finally {
    wait.close();
  }
}

async function invoke(visit: Visit<TaskState>, wait: TaskWait): Promise<Json> {
  const parameters = started(visit, undefined);
  const answer = await wait.orOver(
    visit.run.environment.services
      .invokeLambda(text(visit, parameters, 'FunctionName'), parameters.Payload ?? {})
      .catch((thrown: unknown) => refused('Lambda', thrown)),
  );
  if (!answer.ok) {
    const cause = JSON.stringify({ errorType: answer.error, errorMessage: answer.message, trace: [] });
    throw new StateFailure(answer.error, cause);
  }
  const result = { ExecutedVersion: '$LATEST', Payload: toJson(answer.payload), StatusCode: 200 };
  if (byteSize(JSON.stringify(result)) > MAX_PAYLOAD_BYTES) throw dataLimitExceeded('lambda');
  return result;
}

async function sendAndWait(visit: Visit<TaskState>, wait: TaskWait): Promise<Json> {
  const { run, branch } = visit;
  const parameters = started(visit, wait.openToken());
  const { MessageBody } = parameters;
  const url = text(visit, parameters, 'QueueUrl');
  const body = typeof MessageBody === 'string' ? MessageBody : JSON.stringify(MessageBody);
  const groupId = 'MessageGroupId' in parameters ? text(visit, parameters, 'MessageGroupId') : undefined;
  const sent = await wait.orOver(
    run.environment.services.sendMessage(url, body, groupId).catch((thrown: unknown) => refused('SQS', thrown)),
  );
  run.record(branch, 'TaskSubmitted', {
    ...SERVICES['sqs:sendMessage.waitForTaskToken'],
    output: JSON.stringify({ MessageId: sent.messageId }),
  });
  return wait.orOver(wait.answer);
}

/** The service has refused the call: its error's name follows the service's. */
function refused(service: 'Lambda' | 'SQS', thrown: unknown): never {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  throw new StateFailure(`${service}.${error.name}`, error.message);
}

/** Evaluates the parameters and writes that the task has started. */
function started(visit: Visit<TaskState>, token: string | undefined): Readonly<Record<string, Json>> {
  const { run, branch, state } = visit;
  const input = visit.filtered(state.inputPath, visit.input);
  const parameters = visit.evaluate(state.parameters, visit.scope(input, token));
  if (!isJsonObject(parameters)) throw visit.runtimeError('The Parameters are no object.');
  const bounded = visit.bounded(parameters);
  const service = SERVICES[state.integration];
  run.record(branch, 'TaskScheduled', {
    ...service,
    region: run.environment.region,
    // AWS shows the token; here histories end up on screens and in files, where a bearer secret has no place.
    parameters: token === undefined ? bounded : bounded.replaceAll(token, '[task token]'),
    ...(state.timeoutSeconds === undefined ? {} : { timeoutInSeconds: state.timeoutSeconds }),
    ...(state.heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: state.heartbeatSeconds }),
  });
  run.record(branch, 'TaskStarted', service);
  return parameters;
}

function text(visit: Visit<TaskState>, parameters: Readonly<Record<string, Json>>, field: string): string {
  const value = parameters[field];
  if (typeof value !== 'string') throw visit.runtimeError(`The parameter '${field}' is no string.`);
  return value;
}
