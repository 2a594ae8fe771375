/** The state machine of the template, and the calls that it makes of functions and queues. */
import { STAGE_CATALOGUE, STAGES, type Stage } from '../../../../../shared/pipeline/stages.ts';
import { StateMachine, type LambdaAnswer } from '../../../../local/asl/index.ts';
import type { LocalTemplate } from '../../../../local/cloudformation/template.ts';
import { isObject } from '../../../../local/is-object.ts';
import { MAX_SEND_SECONDS } from '../faults.ts';
import { invoke } from './lambda.ts';
import type { Services } from './services.ts';

/** SQS's own failure to take a message, which the workflow tries again. */
class SqsException extends Error {
  override readonly name = 'SqsException';
}

/** Lambda has no execution left for the call. */
class TooManyRequestsException extends Error {
  override readonly name = 'TooManyRequestsException';
}

export function openWorkflow(
  services: Services,
  { stateMachine, functions, eventSources, queues }: LocalTemplate,
): StateMachine {
  const calls = {
    invokeLambda: (arn: string, payload: unknown) => {
      const declared = functions.find((one) => one.arn === arn);
      if (!declared) throw new Error(`The template has no function ${arn}.`);
      return callFunction(services, declared.folder, payload, declared.timeoutSeconds);
    },
    sendMessage: (url: string, body: string) => {
      const queue = queues.find((one) => one.url === url);
      const source = eventSources.find(({ queueArn }) => queueArn === queue?.arn);
      const declared = functions.find(({ logicalId }) => logicalId === source?.functionId);
      const stage = STAGES.find((one) => STAGE_CATALOGUE[one].folder === declared?.folder);
      if (!stage) throw new Error(`No stage reads ${url}.`);
      return sendMessage(services, stage, body);
    },
  };
  return new StateMachine(stateMachine.definition, calls, {
    clock: services.scheduler,
    random: () => services.random.below(1_000) / 1_000,
    randomToken: () => services.checks.newToken(services.newId('')),
    name: 'faults',
    onEvent: (execution, event) => {
      services.note(() => `${execution} ${event.type}${event.details.name ? ` ${event.details.name}` : ''}`);
      services.checks.executions.executed(execution, event);
    },
  });
}

function callFunction(
  services: Services,
  folder: string,
  payload: unknown,
  timeoutSeconds: number,
): Promise<LambdaAnswer> {
  const { faults, scheduler } = services;
  return new Promise((resolve, reject) => {
    const subject = subjectOf(payload);
    const before = faults.hit({ op: 'machine.invoke', role: folder, subject });
    const after = faults.hit({ op: 'machine.return', role: folder, subject });
    const slow = (seconds: number | undefined) => services.latency() + (seconds ?? 0) * 1000;
    const isRefused = before !== undefined && !before.kind.startsWith('slow');
    scheduler.schedule(slow(isRefused ? 0 : before?.seconds), () => {
      if (before?.kind === 'unanswered') return;
      if (before?.kind === 'refused-call') return reject(new TooManyRequestsException('Rate exceeded'));
      if (before?.kind === 'throttled') return resolve(failed('Lambda.TooManyRequestsException'));
      if (isRefused) return resolve(failed('Lambda.ServiceException'));
      const event: unknown = JSON.parse(JSON.stringify(payload));
      invoke(services, services.process(folder, subject), event, timeoutSeconds, (answer) => {
        const isLost = after !== undefined && !after.kind.startsWith('slow');
        scheduler.schedule(slow(isLost ? 0 : after?.seconds), () =>
          resolve(isLost ? failed('Lambda.ServiceException') : answer),
        );
      });
    });
  });
}

function failed(error: string): LambdaAnswer {
  return { ok: false, error, message: 'try again' };
}

function sendMessage(services: Services, stage: Stage, body: string): Promise<{ messageId: string }> {
  const { faults, scheduler } = services;
  return new Promise((resolve, reject) => {
    const fault = faults.hit({ op: 'machine.send', role: stage, subject: '' });
    const isSlow = fault?.kind.startsWith('slow');
    const extra = isSlow ? Math.min(fault?.seconds ?? 0, MAX_SEND_SECONDS) * 1000 : 0;
    scheduler.schedule(services.latency() + extra, () => {
      const isRefused = fault !== undefined && !isSlow;
      if (isRefused && fault.kind === 'error') return reject(new SqsException('refused'));
      const messageId = services.queueOf(stage).send(body);
      services.sentByWorkflow.push({ id: messageId, stage, body });
      scheduler.schedule(services.latency(), () => {
        if (isRefused) reject(new SqsException('the answer was lost'));
        else resolve({ messageId });
      });
    });
  });
}

function subjectOf(payload: unknown): string {
  if (!isObject(payload)) return '';
  return [payload.runId, payload.week].filter((part) => typeof part === 'string').join(' ');
}
