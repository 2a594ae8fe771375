import { harness, machineOf } from '../harness.ts';

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
  const { start, machine } = harness(machineOf({ Shape: { Type: 'Pass', Parameters: { 'a.$': '$.b' }, End: true } }));
  await start({});
  expect(await machine.result('run')).toEqual({
    status: 'FAILED',
    error: 'States.Runtime',
    cause:
      "An error occurred while executing the state 'Shape' (entered at the event id #2). The JSONPath '$.b' specified for the field 'a.$' could not be found in the input '{}'",
  });
});
