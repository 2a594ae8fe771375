import { parseDefinition, UnsupportedDefinition } from '../../../../../tools/local/asl/index.ts';
import { callbackTask, machineOf, mapOf } from '../harness.ts';

function problemsOf(definition: unknown): readonly string[] {
  try {
    parseDefinition(definition);
    return [];
  } catch (error) {
    if (error instanceof UnsupportedDefinition) return error.problems;
    throw error;
  }
}

const retried = (fields: Readonly<Record<string, unknown>>) =>
  callbackTask({ Retry: [{ ErrorEquals: ['E'], ...fields }] });

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
    'an interval that is a fraction',
    retried({ IntervalSeconds: 1.5 }),
    'States.X.Retry[0]: field "IntervalSeconds" must be a whole number',
  ],
  [
    'an interval below a second',
    retried({ IntervalSeconds: 0 }),
    'States.X.Retry[0]: field "IntervalSeconds" must be a number, 1 or more',
  ],
  [
    'a rate below 1',
    retried({ BackoffRate: 0.5 }),
    'States.X.Retry[0]: field "BackoffRate" must be a number, 1 or more',
  ],
  ['half an attempt', retried({ MaxAttempts: 0.5 }), 'States.X.Retry[0]: field "MaxAttempts" must be a whole number'],
  [
    'a longest delay that is a fraction',
    retried({ MaxDelaySeconds: 9.5 }),
    'States.X.Retry[0]: field "MaxDelaySeconds" must be a whole number',
  ],
  [
    'a longest delay that is no longer than the first',
    retried({ IntervalSeconds: 5, MaxDelaySeconds: 5 }),
    'States.X.Retry[0]: MaxDelaySeconds must be greater than IntervalSeconds',
  ],
  [
    'a Retry of no errors',
    retried({ ErrorEquals: [] }),
    'States.X.Retry[0]: field "ErrorEquals" must be a list of strings',
  ],
  [
    'a Catch of no errors',
    callbackTask({ Catch: [{ ErrorEquals: [], Next: 'X' }] }),
    'States.X.Catch[0]: field "ErrorEquals" must be a list of strings',
  ],
  [
    'a Choice of nothing',
    { Type: 'Choice', Choices: [], Default: 'X' },
    'States.X: field "Choices" must be a list of at least one',
  ],
  [
    'an And of nothing',
    { Type: 'Choice', Choices: [{ And: [], Next: 'X' }] },
    'States.X.Choices[0]: field "And" must be a list of at least one',
  ],
  ['a Map of nothing', mapOf({}), 'States.X.ItemProcessor.States: there must be at least one state'],
  [
    'a parameter of an integration',
    { ...callbackTask(), Parameters: { QueueUrl: 'q', MessageBody: {}, DelaySeconds: 3 } },
    'States.X.Parameters: field "DelaySeconds" is not supported by the local stack',
  ],
];

const uncreatable: [what: string, states: Readonly<Record<string, unknown>>, problems: string[]][] = [
  [
    'States.ALL beside other names',
    { X: callbackTask({ Catch: [{ ErrorEquals: ['States.ALL', 'E'], Next: 'Y' }] }), Y: { Type: 'Succeed' } },
    ['States.X.Catch[0]: "States.ALL" must stand alone, and in the last entry'],
  ],
  [
    'States.ALL before the last entry',
    { X: callbackTask({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }] }) },
    ['States.X.Retry[0]: "States.ALL" must stand alone, and in the last entry'],
  ],
  [
    'a state that nothing leads to',
    { X: { Type: 'Pass', End: true }, Y: { Type: 'Pass', Next: 'Z' }, Z: { Type: 'Succeed' } },
    ['States.Y: no way leads from StartAt to this state', 'States.Z: no way leads from StartAt to this state'],
  ],
  [
    'a name that is in the Map and outside it',
    { X: mapOf({ Y: { Type: 'Succeed' } }, { End: undefined, Next: 'Y' }), Y: { Type: 'Succeed' } },
    ['States.X.ItemProcessor.States.Y: another state of the machine has this name'],
  ],
  [
    'a name of more than 80 characters',
    { ['x'.repeat(81)]: { Type: 'Succeed' } },
    [`States.${'x'.repeat(81)}: the name has more than 80 characters`],
  ],
  [
    'a machine without an end',
    { X: { Type: 'Pass', Next: 'Y' }, Y: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'X' }] } },
    ['States: no state ends the machine'],
  ],
  [
    "an iteration of a Map that can't end",
    { X: mapOf({ Y: { Type: 'Pass', Next: 'Y' } }) },
    ['States.X.ItemProcessor.States: no state ends the machine'],
  ],
];

test.each(uncreatable)('%s is refused, as AWS does', (_, states, problems) => {
  expect(problemsOf(machineOf(states))).toEqual(problems);
});

test('a machine of no states is refused', () => {
  expect(problemsOf({ StartAt: 'X', States: {} })).toContain('Definition.States: there must be at least one state');
});

test('names of 80 characters, States.ALL at the end and ways through a Catch are accepted', () => {
  const X = callbackTask({
    Retry: [{ ErrorEquals: ['E'] }, { ErrorEquals: ['States.ALL'] }],
    Catch: [{ ErrorEquals: ['E'], Next: 'x'.repeat(80) }],
  });
  expect(problemsOf(machineOf({ X, ['x'.repeat(80)]: { Type: 'Succeed' } }))).toEqual([]);
});

describe('a path into the context object', () => {
  const pass = (path: string) => ({ Type: 'Pass', Parameters: { 'a.$': path }, End: true });
  const task = (path: string, fields = {}) =>
    callbackTask({ Parameters: { QueueUrl: 'q', MessageBody: { 'a.$': path } }, ...fields });

  test.each([
    ['a part', { X: pass('$$.Foo') }, 'States.X: the path "$$.Foo" of field "Parameters.a.$"'],
    ['a field', { X: pass('$$.Execution.Foo') }, 'States.X: the path "$$.Execution.Foo" of field "Parameters.a.$"'],
    ['a field of a name', { X: pass('$$.State.Name.Foo') }, 'States.X: the path "$$.State.Name.Foo"'],
    ['a token that nobody waits for', { X: pass('$$.Task.Token') }, 'States.X: the path "$$.Task.Token"'],
    [
      "a token in a callback task's result",
      { X: callbackTask({ ResultSelector: { 'a.$': '$$.Task.Token' } }) },
      'States.X: the path "$$.Task.Token" of field "ResultSelector.a.$"',
    ],
    ['an item outside of a Map', { X: pass('$$.Map.Item.Value') }, 'States.X: the path "$$.Map.Item.Value"'],
    [
      "an item in the Map's own ItemsPath",
      { X: mapOf({ Y: { Type: 'Succeed' } }, { ItemsPath: '$$.Map.Item.Value' }) },
      'States.X: the path "$$.Map.Item.Value" of field "ItemsPath"',
    ],
    [
      'a field of the item that there is not',
      { X: mapOf({ Y: pass('$$.Map.Item.Key') }) },
      'States.X.ItemProcessor.States.Y: the path "$$.Map.Item.Key"',
    ],
    [
      "a Choice's variable",
      { X: { Type: 'Choice', Choices: [{ Variable: '$$.Foo', IsPresent: true, Next: 'Y' }] }, Y: { Type: 'Succeed' } },
      'States.X.Choices[0]: the path "$$.Foo" of field "Variable"',
    ],
  ])('to %s that is not there is refused', (_, states, problem) => {
    expect(problemsOf(machineOf(states))).toEqual([
      expect.stringMatching(
        `^${problem.replaceAll(/[.$[\]]/g, '\\$&')}.*names what the context object does not have here$`,
      ),
    ]);
  });

  test('to what is there is accepted, also to what lies in the data', () => {
    const paths = [
      '$$',
      '$$.Execution',
      '$$.Execution.Input.a[0].b',
      '$$.Execution.RedriveCount',
      '$$.State.RetryCount',
    ];
    for (const path of paths) expect(problemsOf(machineOf({ X: pass(path) }))).toEqual([]);
    expect(problemsOf(machineOf({ X: task('$$.Task.Token') }))).toEqual([]);
    const ItemSelector = { 'a.$': '$$.Map.Item.Value.a', 'b.$': '$$.Map.Item.Index' };
    expect(problemsOf(machineOf({ X: mapOf({ Y: task('$$.Map.Item.Value.a.b') }, { ItemSelector }) }))).toEqual([]);
  });
});

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
