import { DeadTokenError } from '../../../../../shared/pipeline/errors.ts';
import { callbackTask, harness, lambdaTask, machineOf } from '../harness.ts';

const caughtBy = (...errors: string[]) => ({
  Catch: [{ ErrorEquals: errors, Next: 'Caught', ResultPath: '$.failure' }],
});
const withCaught = (task: unknown) => machineOf({ Work: task, Caught: { Type: 'Succeed' } });

const ATTEMPT = ['TaskScheduled', 'TaskStarted', 'TaskSubmitted'];

test('a task that is answered writes the history that the service writes', async () => {
  const { machine, start, sent, history } = harness(machineOf({ Work: callbackTask({ ResultPath: '$.result' }) }));
  await start({ n: 1 });
  expect(sent).toEqual([{ queueUrl: 'https://queue', body: { token: 'token-1', week: { n: 1 } }, token: 'token-1' }]);
  await machine.succeed('token-1', { done: true });
  expect(await machine.result('run')).toEqual({
    status: 'SUCCEEDED',
    output: { n: 1, result: { done: true } },
  });
  expect(history()).toEqual([
    '1<0 ExecutionStarted',
    '2<0 TaskStateEntered Work',
    '3<2 TaskScheduled',
    '4<3 TaskStarted',
    '5<4 TaskSubmitted',
    '6<5 TaskSucceeded',
    '7<6 TaskStateExited Work',
    '8<7 ExecutionSucceeded',
  ]);
});

test('events carry what the service puts into them, and never the token', async () => {
  const { machine, start } = harness(machineOf({ Work: callbackTask({ TimeoutSeconds: 60, HeartbeatSeconds: 5 }) }));
  await start({});
  const service = { resourceType: 'sqs', resource: 'sendMessage.waitForTaskToken' };
  expect(
    machine
      .history('run')
      .slice(2, 5)
      .map(({ details }) => details),
  ).toEqual([
    {
      ...service,
      region: 'local',
      parameters: '{"QueueUrl":"https://queue","MessageBody":{"token":"[task token]","week":{}}}',
      timeoutInSeconds: 60,
      heartbeatInSeconds: 5,
    },
    service,
    { ...service, output: '{"MessageId":"message-1"}' },
  ]);
});

test('a failure that nothing catches fails the execution with its error and cause', async () => {
  const { machine, start, history } = harness(machineOf({ Work: callbackTask() }));
  await start();
  await machine.fail('token-1', 'PermanentError', 'no recipes');
  expect(await machine.result('run')).toEqual({
    status: 'FAILED',
    error: 'PermanentError',
    cause: 'no recipes',
  });
  expect(history().slice(5)).toEqual(['6<5 TaskFailed PermanentError', '7<6 ExecutionFailed PermanentError']);
});

test('a Catch takes the error into the output, and its state goes on', async () => {
  const { machine, start, history } = harness(withCaught(callbackTask(caughtBy('States.ALL'))));
  await start({ week: 'W1' });
  await machine.fail('token-1', 'PermanentError', 'no recipes');
  expect(await machine.result('run')).toEqual({
    status: 'SUCCEEDED',
    output: { week: 'W1', failure: { Error: 'PermanentError', Cause: 'no recipes' } },
  });
  expect(history().slice(5)).toEqual([
    '6<5 TaskFailed PermanentError',
    '7<6 TaskStateExited Work',
    '8<7 SucceedStateEntered Caught',
    '9<8 SucceedStateExited Caught',
    '10<9 ExecutionSucceeded',
  ]);
});

test('a retry waits its interval and sends a new message with a new token', async () => {
  const retry = [{ ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 10, MaxAttempts: 2, BackoffRate: 3 }];
  const { machine, start, sent, clock, types } = harness(machineOf({ Work: callbackTask({ Retry: retry }) }));
  await start();
  await machine.fail('token-1', 'TransientError', '');
  await clock.advance(9_999);
  expect(sent).toHaveLength(1);
  await clock.advance(1);
  expect(sent.map(({ token }) => token)).toEqual(['token-1', 'token-2']);
  await machine.fail('token-2', 'TransientError', '');
  await clock.advance(30_000);
  await machine.fail('token-3', 'TransientError', 'still');
  expect(await machine.result('run')).toEqual({ status: 'FAILED', error: 'TransientError', cause: 'still' });
  const attempt = [...ATTEMPT, 'TaskFailed'];
  expect(types()).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    ...attempt,
    ...attempt,
    ...attempt,
    'ExecutionFailed',
  ]);
});

test('the delay of a retry is bounded, and jitter takes its share', async () => {
  const retry = [
    {
      ErrorEquals: ['E'],
      IntervalSeconds: 10,
      BackoffRate: 100,
      MaxDelaySeconds: 20,
      JitterStrategy: 'FULL',
    },
  ];
  const { machine, start, sent, clock } = harness(machineOf({ Work: callbackTask({ Retry: retry }) }));
  await start();
  await machine.fail('token-1', 'E', '');
  await clock.advance(5_000);
  expect(sent).toHaveLength(2);
  await machine.fail('token-2', 'E', '');
  await clock.advance(9_999);
  expect(sent).toHaveLength(2);
  await clock.advance(1);
  expect(sent).toHaveLength(3);
});

test('a missed heartbeat is a States.Timeout that a Catch may name States.HeartbeatTimeout', async () => {
  const { machine, start, clock, history } = harness(
    withCaught(callbackTask({ TimeoutSeconds: 100, HeartbeatSeconds: 10, ...caughtBy('States.HeartbeatTimeout') })),
  );
  await start({});
  await clock.advance(9_000);
  await machine.heartbeat('token-1');
  await clock.advance(9_999);
  expect(history()).toHaveLength(5);
  await clock.advance(1);
  expect(history().slice(5)).toEqual([
    '6<5 TaskTimedOut States.Timeout',
    '7<6 TaskStateExited Work',
    '8<7 SucceedStateEntered Caught',
    '9<8 SucceedStateExited Caught',
    '10<9 ExecutionSucceeded',
  ]);
  expect(await machine.result('run')).toMatchObject({
    output: { failure: { Error: 'States.Timeout', Cause: '' } },
  });
});

test('heartbeats do not move the task time-out, and States.TaskFailed does not match it', async () => {
  const { machine, start, clock, history } = harness(
    withCaught(
      callbackTask({
        TimeoutSeconds: 25,
        HeartbeatSeconds: 10,
        ...caughtBy('States.TaskFailed', 'States.HeartbeatTimeout'),
      }),
    ),
  );
  await start({});
  for (let heartbeat = 0; heartbeat < 2; heartbeat++) {
    await clock.advance(9_000);
    await machine.heartbeat('token-1');
  }
  await clock.advance(7_000);
  expect(history().slice(5)).toEqual(['6<5 TaskTimedOut States.Timeout', '7<6 ExecutionFailed States.Timeout']);
});

describe('a token that is dead', () => {
  const dead = (name: string) =>
    expect.objectContaining({ name: 'DeadTokenError', message: expect.stringMatching(`^${name}`) as string });

  test('after its answer, its time-out or its retry is TaskTimedOut', async () => {
    const retry = [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }];
    const { machine, start, clock } = harness(machineOf({ Work: callbackTask({ TimeoutSeconds: 10, Retry: retry }) }));
    await start();
    await clock.advance(12_000);
    await expect(machine.succeed('token-1', {})).rejects.toEqual(dead('TaskTimedOut'));
    await machine.succeed('token-2', {});
    await expect(machine.succeed('token-2', {})).rejects.toThrow(DeadTokenError);
    await expect(machine.heartbeat('token-2')).rejects.toEqual(dead('TaskTimedOut'));
  });

  test('is TaskDoesNotExist or InvalidToken where it was never known', async () => {
    const { machine } = harness(machineOf({ Work: callbackTask() }));
    await expect(machine.fail('guess', 'E', '')).rejects.toEqual(dead('TaskDoesNotExist'));
    await expect(machine.heartbeat('')).rejects.toEqual(dead('InvalidToken'));
  });

  test('when the execution was stopped is TaskTimedOut', async () => {
    const { machine, start, history } = harness(machineOf({ Work: callbackTask() }));
    await start();
    await machine.stop('run', 'cancelled');
    await expect(machine.succeed('token-1', {})).rejects.toEqual(dead('TaskTimedOut'));
    expect(await machine.status('run')).toBe('ABORTED');
    expect(history().at(-1)).toBe('6<0 ExecutionAborted');
  });
});

test('an answer that comes before the message is known to be sent still follows TaskSubmitted', async () => {
  const { machine, types, sent, clock } = harness(machineOf({ Work: callbackTask() }));
  await machine.start('run', {});
  expect(sent).toHaveLength(1);
  await machine.succeed('token-1', {});
  await clock.advance(0);
  expect(types().slice(2, 6)).toEqual([...ATTEMPT, 'TaskSucceeded']);
});

test('an output beyond the limit is refused at the API, and the task still waits', async () => {
  const { machine, start } = harness(machineOf({ Work: callbackTask() }));
  await start();
  await expect(machine.succeed('token-1', 'é'.repeat(131_072))).rejects.toThrow('ValidationException');
  await machine.succeed('token-1', 'x'.repeat(262_142));
  expect(await machine.result('run')).toMatchObject({ status: 'SUCCEEDED' });
});

test('a Lambda task gives its payload, and writes the three events of a call', async () => {
  const { start, machine, invocations, types } = harness(
    machineOf({
      Configure: lambdaTask({ ResultSelector: { 'weeks.$': '$.Payload.n' }, ResultPath: '$.config' }),
    }),
  );
  await start({ n: 3 });
  expect(invocations).toEqual([{ functionName: 'configure', payload: { n: 3 } }]);
  expect(await machine.result('run')).toEqual({
    status: 'SUCCEEDED',
    output: { n: 3, config: { weeks: 3 } },
  });
  expect(types().slice(1, -1)).toEqual([
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskSucceeded',
    'TaskStateExited',
  ]);
});

test('a function that throws fails the task with the name of its error', async () => {
  const { start, machine, lambda, history } = harness(machineOf({ Configure: lambdaTask() }));
  lambda.answer = () => ({ ok: false, error: 'InputRefused', message: 'no weeks' });
  await start();
  const cause = '{"errorType":"InputRefused","errorMessage":"no weeks","trace":[]}';
  expect(await machine.result('run')).toEqual({ status: 'FAILED', error: 'InputRefused', cause });
  expect(history().slice(4)).toEqual(['5<4 TaskFailed InputRefused', '6<5 ExecutionFailed InputRefused']);
});

test('a Lambda task that outlasts its time-out is TaskTimedOut', async () => {
  const { start, machine, lambda, clock, history } = harness(
    machineOf({ Configure: lambdaTask({ TimeoutSeconds: 5 }) }),
  );
  lambda.answer = () => new Promise(() => undefined);
  await start();
  await clock.runUntilIdle();
  expect(history().slice(4)).toEqual(['5<4 TaskTimedOut States.Timeout', '6<5 ExecutionFailed States.Timeout']);
  expect(await machine.status('run')).toBe('FAILED');
});

describe('an answer beyond the payload limit', () => {
  const outcome = async (fields: Readonly<Record<string, unknown>>) => {
    const { start, machine, lambda, clock, invocations } = harness(withCaught(lambdaTask(fields)));
    lambda.answer = () => ({ ok: true, payload: 'x'.repeat(300_000) });
    await start({});
    await clock.runUntilIdle();
    return { calls: invocations.length, ...(await machine.result('run')) };
  };

  test('is caught by States.ALL and by its own name', async () => {
    for (const name of ['States.ALL', 'States.DataLimitExceeded']) {
      expect(await outcome(caughtBy(name))).toMatchObject({
        status: 'SUCCEEDED',
        output: { failure: { Error: 'States.DataLimitExceeded' } },
      });
    }
    expect(await outcome(caughtBy('States.TaskFailed'))).toMatchObject({ error: 'States.DataLimitExceeded' });
  });

  test('is tried again under its own name only', async () => {
    const retry = (name: string) => ({
      Retry: [{ ErrorEquals: [name], MaxAttempts: 1 }],
      ...caughtBy('States.ALL'),
    });
    expect(await outcome(retry('States.ALL'))).toMatchObject({ calls: 1 });
    expect(await outcome(retry('States.DataLimitExceeded'))).toMatchObject({ calls: 2 });
  });
});

describe('a call that Lambda refuses', () => {
  const throttled = () =>
    Promise.reject(Object.assign(new Error('Rate Exceeded.'), { name: 'TooManyRequestsException' }));

  test('fails the task under the name of its error', async () => {
    const { start, machine, lambda, history } = harness(machineOf({ Configure: lambdaTask() }));
    lambda.answer = throttled;
    await start();
    const error = 'Lambda.TooManyRequestsException';
    expect(await machine.result('run')).toEqual({ status: 'FAILED', error, cause: 'Rate Exceeded.' });
    expect(history().slice(4)).toEqual([`5<4 TaskFailed ${error}`, `6<5 ExecutionFailed ${error}`]);
  });

  test('is seen by Retry and by Catch', async () => {
    const Retry = [{ ErrorEquals: ['Lambda.TooManyRequestsException'], IntervalSeconds: 1, MaxAttempts: 2 }];
    const { start, machine, lambda, clock, invocations } = harness(
      withCaught(lambdaTask({ Retry, ...caughtBy('States.TaskFailed') })),
    );
    lambda.answer = throttled;
    await start({});
    await clock.runUntilIdle();
    expect(invocations).toHaveLength(3);
    expect(await machine.result('run')).toMatchObject({
      status: 'SUCCEEDED',
      output: { failure: { Error: 'Lambda.TooManyRequestsException', Cause: 'Rate Exceeded.' } },
    });
  });
});

describe('a failure that names no error', () => {
  test('fails the task with neither error nor cause, here and in the history', async () => {
    const { machine, start } = harness(machineOf({ Work: callbackTask() }));
    await start();
    await machine.fail('token-1');
    expect(await machine.result('run')).toEqual({ status: 'FAILED' });
    const service = { resourceType: 'sqs', resource: 'sendMessage.waitForTaskToken' };
    expect(
      machine
        .history('run')
        .slice(5)
        .map(({ type, details }) => ({ type, details })),
    ).toEqual([
      { type: 'TaskFailed', details: service },
      { type: 'ExecutionFailed', details: {} },
    ]);
  });

  // As recorded on AWS.
  test.each(['States.ALL', 'States.TaskFailed'])('is matched by %s, as null', async (name) => {
    const Retry = [{ ErrorEquals: [name], IntervalSeconds: 1, MaxAttempts: 1 }];
    const { machine, start, clock } = harness(withCaught(callbackTask({ Retry, ...caughtBy(name) })));
    await start({});
    await machine.fail('token-1');
    await clock.advance(1_000);
    await machine.fail('token-2');
    expect(await machine.result('run')).toEqual({
      status: 'SUCCEEDED',
      output: { failure: { Error: null, Cause: null } },
    });
  });

  test('carries its cause, where it has one', async () => {
    const { machine, start } = harness(withCaught(callbackTask(caughtBy('States.ALL'))));
    await start({});
    await machine.fail('token-1', undefined, 'by hand');
    expect(await machine.result('run')).toMatchObject({ output: { failure: { Error: null, Cause: 'by hand' } } });
  });
});

test("a message's group is passed on", async () => {
  const { start, sent } = harness(
    machineOf({
      Work: callbackTask({
        Parameters: {
          QueueUrl: 'https://queue',
          MessageBody: { 'token.$': '$$.Task.Token' },
          'MessageGroupId.$': '$.runId',
        },
      }),
    }),
  );
  await start({ runId: 'run-1' });
  expect(sent).toEqual([{ queueUrl: 'https://queue', body: { token: 'token-1' }, token: 'token-1', groupId: 'run-1' }]);
});
