import { randomUUID } from 'node:crypto';
import { systemClock } from '../../../../../shared/pipeline/system-clock.ts';
import { StateMachine } from '../../../../../tools/local/asl/index.ts';
import { LocalQueues } from '../../../../../tools/local/aws/queues.ts';
import { callbackDefinition, tasksContract } from '../../../../shared/pipeline/ports/tasks.ts';
import { harness, lambdaTask, machineOf } from '../harness.ts';

test('the time-out of the machine ends an execution as TIMED_OUT', async () => {
  const { start, machine, lambda, clock, types } = harness(
    machineOf({ Configure: lambdaTask() }, { TimeoutSeconds: 9 }),
  );
  lambda.answer = () => new Promise(() => undefined);
  await start();
  await clock.advance(9_000);
  expect(await machine.result('run')).toEqual({ status: 'TIMED_OUT', error: 'States.Timeout' });
  expect(types().at(-1)).toBe('ExecutionTimedOut');
});

test('a name is one execution: the same input again is it, another is refused', async () => {
  const { start, machine, invocations } = harness(machineOf({ Configure: lambdaTask() }));
  await start({ a: 1, b: 2 });
  await start({ b: 2, a: 1 });
  expect(invocations).toHaveLength(1);
  await expect(machine.start('run', { a: 2 })).rejects.toThrow('ExecutionAlreadyExists');
  await expect(machine.start('a name', {})).rejects.toThrow('InvalidName');
  await expect(machine.stop('other', '')).rejects.toThrow('ExecutionDoesNotExist');
  expect(await machine.status('other')).toBe('UNKNOWN');
});

jest.setTimeout(30_000);
let queues: LocalQueues | undefined;
afterAll(() => queues?.close());

tasksContract('of the interpreter', () => {
  const url = 'https://local/tokens';
  const settings = {
    name: 'tokens',
    url,
    arn: 'arn:aws:sqs:local:0:tokens',
    visibilitySeconds: 60,
    delaySeconds: 0,
  };
  const tokens = (queues = new LocalQueues([settings], { clock: systemClock, randomId: randomUUID }));
  const services = {
    invokeLambda: () => Promise.reject(new Error('there is no function')),
    sendMessage: (to: string, body: string) => tokens.sendMessage(to, body),
  };
  const options = { clock: systemClock, random: Math.random, randomToken: randomUUID };
  const machine = new StateMachine(callbackDefinition(url), services, options);
  const nextToken = () =>
    new Promise<string>((resolve) => {
      const poll = () => {
        const message = tokens.get(url).receive(1).at(0);
        if (message) resolve((JSON.parse(message.body) as { taskToken: string }).taskToken);
        else setTimeout(poll, 10);
      };
      poll();
    });
  return Promise.resolve({ callbacks: machine, executions: machine, stopEndsTokens: true, nextToken });
});
