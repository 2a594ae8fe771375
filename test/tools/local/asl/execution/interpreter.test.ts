import { harness, machineOf } from '../harness.ts';

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
