import { harness, machineOf } from '../harness.ts';

const invoke = (fields: Readonly<Record<string, unknown>> = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws-cn:states:::lambda:invoke',
  Parameters: { FunctionName: 'configure', 'Payload.$': '$' },
  End: true,
  ...fields,
});

test('a Lambda task gives its payload, and writes the three events of a call', async () => {
  const { start, machine, invocations, types } = harness(
    machineOf({
      Configure: invoke({ ResultSelector: { 'weeks.$': '$.Payload.n' }, ResultPath: '$.config' }),
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
  const { start, machine, lambda, history } = harness(machineOf({ Configure: invoke() }));
  lambda.answer = () => ({ ok: false, error: 'InputRefused', message: 'no weeks' });
  await start();
  const cause = '{"errorType":"InputRefused","errorMessage":"no weeks","trace":[]}';
  expect(await machine.result('run')).toEqual({ status: 'FAILED', error: 'InputRefused', cause });
  expect(history().slice(4)).toEqual(['5<4 TaskFailed InputRefused', '6<5 ExecutionFailed InputRefused']);
});

test('a Lambda task that outlasts its time-out is TaskTimedOut', async () => {
  const { start, machine, lambda, clock, history } = harness(
    machineOf({ Configure: invoke({ TimeoutSeconds: 5 }) }),
  );
  lambda.answer = () => new Promise(() => undefined);
  await start();
  await clock.runUntilIdle();
  expect(history().slice(4)).toEqual([
    '5<4 TaskTimedOut States.Timeout',
    '6<5 ExecutionFailed States.Timeout',
  ]);
  expect(await machine.status('run')).toBe('FAILED');
});

test('States.ALL does not catch an answer beyond the payload limit; its own name does', async () => {
  const machineWith = (error: string) =>
    harness(
      machineOf({
        Configure: invoke({ Catch: [{ ErrorEquals: [error], Next: 'Caught' }] }),
        Caught: { Type: 'Succeed' },
      }),
    );
  const outcomes = [];
  for (const error of ['States.ALL', 'States.DataLimitExceeded']) {
    const { start, machine, lambda } = machineWith(error);
    lambda.answer = () => ({ ok: true, payload: 'x'.repeat(300_000) });
    await start();
    outcomes.push((await machine.result('run')).status);
  }
  expect(outcomes).toEqual(['FAILED', 'SUCCEEDED']);
});

test('Choice follows the first rule that holds, and fails where none does', async () => {
  const definition = machineOf({
    Which: {
      Type: 'Choice',
      Choices: [
        {
          And: [
            { Variable: '$.n', IsPresent: true },
            { Variable: '$.n', NumericGreaterThan: 10 },
          ],
          Next: 'Many',
        },
        {
          Or: [{ Not: { Variable: '$.kind', StringEquals: 'a' } }, { Variable: '$.ok', BooleanEquals: true }],
          Next: 'Other',
        },
      ],
    },
    Many: { Type: 'Pass', Result: 'many', End: true },
    Other: { Type: 'Pass', Result: 'other', End: true },
  });
  const outcome = async (input: unknown) => {
    const { start, machine } = harness(definition);
    await start(input);
    const { output, error } = await machine.result('run');
    return output ?? error;
  };
  expect(await outcome({ n: 11 })).toBe('many');
  expect(await outcome({ kind: 'b' })).toBe('other');
  expect(await outcome({ kind: 'a', ok: true })).toBe('other');
  expect(await outcome({ n: 1, kind: 'a', ok: false })).toBe('States.NoChoiceMatched');
  expect(await outcome({ n: 1 })).toBe('States.Runtime');
});

test('Pass, Succeed and Fail shape their input and output', async () => {
  const { start, machine, history } = harness(
    machineOf({
      Shape: {
        Type: 'Pass',
        InputPath: '$.in',
        Parameters: { 'a.$': '$.list[1]', b: [1, { 'c.$': "$['odd key']" }] },
        ResultPath: '$.out.shaped',
        OutputPath: '$.out',
        Next: 'End',
      },
      End: { Type: 'Fail', ErrorPath: '$.shaped.a', Cause: 'because' },
    }),
  );
  await start({ in: { list: ['x', 'y'], 'odd key': 2 } });
  expect(await machine.result('run')).toEqual({ status: 'FAILED', error: 'y', cause: 'because' });
  expect(machine.history('run')[2].details.output).toBe('{"shaped":{"a":"y","b":[1,{"c":2}]}}');
  expect(history().slice(2)).toEqual([
    '3<2 PassStateExited Shape',
    '4<3 FailStateEntered End',
    '5<4 ExecutionFailed y',
  ]);
});

test('a path that leads nowhere fails the execution as States.Runtime', async () => {
  const { start, machine } = harness(
    machineOf({ Shape: { Type: 'Pass', Parameters: { 'a.$': '$.b' }, End: true } }),
  );
  await start({});
  expect(await machine.result('run')).toEqual({
    status: 'FAILED',
    error: 'States.Runtime',
    cause:
      "An error occurred while executing the state 'Shape' (entered at the event id #2). The JSONPath '$.b' specified for the field 'a.$' could not be found in the input '{}'",
  });
});

test('the time-out of the machine ends an execution as TIMED_OUT', async () => {
  const { start, machine, lambda, clock, types } = harness(
    machineOf({ Configure: invoke() }, { TimeoutSeconds: 9 }),
  );
  lambda.answer = () => new Promise(() => undefined);
  await start();
  await clock.advance(9_000);
  expect(await machine.result('run')).toEqual({ status: 'TIMED_OUT', error: 'States.Timeout' });
  expect(types().at(-1)).toBe('ExecutionTimedOut');
});

test('a name is one execution: the same input again is it, another is refused', async () => {
  const { start, machine, invocations } = harness(machineOf({ Configure: invoke() }));
  await start({ a: 1, b: 2 });
  await start({ b: 2, a: 1 });
  expect(invocations).toHaveLength(1);
  await expect(machine.start('run', { a: 2 })).rejects.toThrow('ExecutionAlreadyExists');
  await expect(machine.start('a name', {})).rejects.toThrow('InvalidName');
  await expect(machine.stop('other', '')).rejects.toThrow('ExecutionDoesNotExist');
  expect(await machine.status('other')).toBe('UNKNOWN');
});
