import { parseDefinition, UnsupportedDefinition } from '../../../../../tools/local/asl/index.ts';
import { callbackTask, machineOf } from '../harness.ts';

function problemsOf(definition: unknown): readonly string[] {
  try {
    parseDefinition(definition);
    return [];
  } catch (error) {
    if (error instanceof UnsupportedDefinition) return error.problems;
    throw error;
  }
}

const refused: [what: string, state: Readonly<Record<string, unknown>>, problem: string][] = [
  [
    'a state type',
    { Type: 'Parallel', Branches: [] },
    'States.X: state type "Parallel" is not supported by the local stack',
  ],
  [
    'a field',
    callbackTask({ TimeoutSecondsPath: '$.t' }),
    'States.X: field "TimeoutSecondsPath" is not supported by the local stack',
  ],
  [
    'JSONata',
    { Type: 'Pass', QueryLanguage: 'JSONata', End: true },
    'States.X: query language "JSONata" is not supported by the local stack',
  ],
  [
    'an integration',
    { ...callbackTask(), Resource: 'arn:aws:states:::sqs:sendMessage' },
    'States.X: resource "arn:aws:states:::sqs:sendMessage" is not supported by the local stack',
  ],
  [
    'an intrinsic function',
    { Type: 'Pass', Parameters: { 'a.$': "States.Format('{}', $.b)" }, End: true },
    `States.X: the expression "States.Format('{}', $.b)" of field "Parameters.a.$" is not supported by the local stack`,
  ],
  [
    'a filter expression',
    { Type: 'Pass', InputPath: '$.a[?(@.b)]', End: true },
    'States.X: the expression "$.a[?(@.b)]" of field "InputPath" is not supported by the local stack',
  ],
  [
    'a comparison',
    { Type: 'Choice', Choices: [{ Variable: '$.a', StringMatches: 'x*', Next: 'X' }] },
    'States.X.Choices[0]: no comparison operator that is supported by the local stack',
  ],
  ['a missing next state', { Type: 'Pass', Next: 'Y' }, 'States.X: the next state "Y" is not there'],
  [
    'a heartbeat that cannot be missed',
    callbackTask({ TimeoutSeconds: 10, HeartbeatSeconds: 10 }),
    'States.X: HeartbeatSeconds must be smaller than TimeoutSeconds',
  ],
  [
    'a parameter of an integration',
    { ...callbackTask(), Parameters: { QueueUrl: 'q', MessageBody: {}, DelaySeconds: 3 } },
    'States.X.Parameters: field "DelaySeconds" is not supported by the local stack',
  ],
];

test.each(refused)('%s is refused by name', (_, state, problem) => {
  expect(problemsOf(machineOf({ X: state }))).toContain(problem);
});

test('what is inside a Map is named by its path, and everything is named at once', () => {
  const inner = machineOf({
    Wait: { Type: 'Wait', Seconds: 1, End: true },
    Odd: { Type: 'Pass', Assign: {}, End: true },
  });
  const map = {
    Type: 'Map',
    ItemProcessor: { ...inner, ProcessorConfig: { Mode: 'DISTRIBUTED' } },
    Iterator: {},
    End: true,
  };
  expect(problemsOf(machineOf({ Weeks: map }))).toEqual([
    'States.Weeks.ItemProcessor.ProcessorConfig: mode "DISTRIBUTED" is not supported by the local stack',
    'States.Weeks.ItemProcessor.States.Wait: state type "Wait" is not supported by the local stack',
    'States.Weeks.ItemProcessor.States.Odd: field "Assign" is not supported by the local stack',
    'States.Weeks: field "Iterator" is not supported by the local stack',
  ]);
});
