import { callbackTask, harness, machineOf, mapOf } from '../harness.ts';

const weeks = (fields = {}, task = {}) => machineOf({ Weeks: mapOf({ Work: callbackTask(task) }, fields) });

test('iterations are announced, run side by side, and their outputs keep the order of the items', async () => {
  const { machine, start, clock, history } = harness(weeks());
  await start(['a', 'b']);
  await machine.succeed('token-2', 'B');
  await clock.advance(0);
  await machine.succeed('token-1', 'A');
  expect(await machine.result('run')).toEqual({ status: 'SUCCEEDED', output: ['A', 'B'] });
  expect(history().slice(0, 6)).toEqual([
    '1<0 ExecutionStarted',
    '2<0 MapStateEntered Weeks',
    '3<2 MapStateStarted',
    '4<3 MapIterationStarted Weeks 0',
    '5<3 MapIterationStarted Weeks 1',
    '6<4 TaskStateEntered Work',
  ]);
  expect(history().slice(-7)).toEqual([
    '16<15 MapIterationSucceeded Weeks 1',
    '17<12 TaskSucceeded',
    '18<17 TaskStateExited Work',
    '19<18 MapIterationSucceeded Weeks 0',
    '20<19 MapStateSucceeded',
    '21<19 MapStateExited Weeks',
    '22<21 ExecutionSucceeded',
  ]);
});

test('one uncaught failure aborts the siblings, whose tokens die', async () => {
  const { machine, start, history } = harness(weeks());
  await start(['a', 'b', 'c']);
  await machine.fail('token-1', 'E', 'why');
  expect(await machine.result('run')).toEqual({ status: 'FAILED', error: 'E', cause: 'why' });
  const failed = history().find((event) => event.includes('TaskFailed')) ?? '';
  const id = Number.parseInt(failed, 10);
  expect(history().slice(id)).toEqual([
    `${id + 1}<${id} MapIterationFailed Weeks 0`,
    `${id + 2}<${id} TaskStateAborted`,
    `${id + 3}<${id} MapIterationAborted Weeks 1`,
    `${id + 4}<${id} TaskStateAborted`,
    `${id + 5}<${id} MapIterationAborted Weeks 2`,
    `${id + 6}<${id} TaskStateAborted`,
    `${id + 7}<${id} MapStateFailed`,
    `${id + 8}<${id + 7} ExecutionFailed E`,
  ]);
  await expect(machine.succeed('token-2', {})).rejects.toThrow('TaskTimedOut');
});

test('a Catch inside the iteration leaves the siblings alone', async () => {
  const { machine, start, sent } = harness(
    machineOf({
      Weeks: mapOf({
        Work: callbackTask({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Failed' }] }),
        Failed: { Type: 'Pass', Result: 'failed', End: true },
      }),
    }),
  );
  await start(['a', 'b']);
  await machine.fail('token-1', 'E', '');
  await machine.succeed(sent[1].token, 'done');
  expect(await machine.result('run')).toEqual({ status: 'SUCCEEDED', output: ['failed', 'done'] });
});

test('a Retry on the Map runs all its iterations again, and a Catch on it ends it', async () => {
  const { machine, start, clock, types, sent } = harness(
    machineOf({
      Weeks: mapOf(
        { Work: callbackTask() },
        {
          End: undefined,
          Next: 'After',
          Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 1, MaxAttempts: 1 }],
          Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'After', ResultPath: '$' }],
        },
      ),
      After: { Type: 'Succeed' },
    }),
  );
  await start(['a']);
  await machine.fail('token-1', 'E', '');
  await clock.advance(1_000);
  expect(sent).toHaveLength(2);
  await machine.fail('token-2', 'E', 'why');
  expect(await machine.result('run')).toEqual({ status: 'SUCCEEDED', output: { Error: 'E', Cause: 'why' } });
  const iteration = [
    'MapIterationStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskSubmitted',
    'TaskFailed',
  ];
  const run = ['MapStateStarted', ...iteration, 'MapIterationFailed', 'TaskStateAborted'];
  expect(types()).toEqual([
    'ExecutionStarted',
    'MapStateEntered',
    ...run,
    ...run,
    'MapStateFailed',
    'MapStateExited',
    'SucceedStateEntered',
    'SucceedStateExited',
    'ExecutionSucceeded',
  ]);
});

test('as many iterations run at once as MaxConcurrency says, and 40 at most', async () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  const two = harness(weeks({ MaxConcurrency: 2 }));
  await two.start(items);
  expect(two.sent).toHaveLength(2);
  await two.machine.succeed('token-1', null);
  await two.clock.advance(0);
  expect(two.sent.map(({ body }) => body.week)).toEqual([0, 1, 2]);

  const all = harness(weeks({ ItemsPath: '$.items', MaxConcurrencyPath: '$.limit' }));
  await all.start({ items, limit: 1000 });
  expect(all.sent).toHaveLength(40);
});

test('ItemSelector sees the item, the Map input and the execution', async () => {
  const { start, sent } = harness(
    weeks({
      ItemsPath: '$.weeks',
      ItemSelector: {
        'week.$': '$$.Map.Item.Value',
        'index.$': '$$.Map.Item.Index',
        'cap.$': '$.cap',
        'run.$': '$$.Execution.Name',
        'asked.$': '$$.Execution.Input.weeks[1]',
      },
    }),
  );
  await start({ weeks: ['W1', 'W2'], cap: 7 });
  expect(sent[1].body.week).toEqual({ week: 'W2', index: 1, cap: 7, run: 'run', asked: 'W2' });
});

test('a Map of nothing succeeds; one of no list fails as States.Runtime, which no Catch takes', async () => {
  const empty = harness(weeks());
  await empty.start([]);
  expect(empty.types().slice(1, 5)).toEqual([
    'MapStateEntered',
    'MapStateStarted',
    'MapStateSucceeded',
    'MapStateExited',
  ]);
  const caught = (...ErrorEquals: string[]) => ({ ErrorEquals, Next: 'Weeks' });
  const catchAll = { Catch: [caught('States.Runtime'), caught('States.ALL')] };
  const broken = harness(weeks(catchAll));
  await broken.start({});
  expect(await broken.machine.result('run')).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
});

test('stopping the execution ends every iteration', async () => {
  const { start, machine, types, clock } = harness(weeks({}, { TimeoutSeconds: 60 }));
  await start(['a', 'b']);
  await machine.stop('run', 'enough');
  expect(types().at(-1)).toBe('ExecutionAborted');
  expect(clock.pending).toBe(0);
  await expect(machine.succeed('token-2', {})).rejects.toThrow('TaskTimedOut');
});

test('a Map whose events fill the history fails the execution', async () => {
  const { start, machine } = harness(weeks(), { maxHistoryEvents: 12 });
  await start(['a', 'b', 'c']);
  expect(await machine.result('run')).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  expect(machine.history('run')).toHaveLength(12);
  expect(machine.history('run').at(-1)).toMatchObject({ type: 'ExecutionFailed' });
});

describe("the outputs of a Map's iterations", () => {
  const big = (fields: Readonly<Record<string, unknown>> = {}) =>
    mapOf({ Make: { Type: 'Pass', Result: 'x'.repeat(1_000), End: true } }, { ResultPath: null, ...fields });
  const items = (length: number) => Array.from({ length }, () => 1);
  const LIMIT_ITEMS = 261;

  test('are within the limit together, and say how many bytes they are', async () => {
    const { machine, start } = harness(machineOf({ Weeks: big() }));
    await start(items(LIMIT_ITEMS));
    expect(await machine.result('run')).toMatchObject({ status: 'SUCCEEDED' });
    const outputBytes = LIMIT_ITEMS * 1_003 + 1;
    expect(machine.history('run').find(({ type }) => type === 'MapStateSucceeded')?.details).toEqual({ outputBytes });
  });

  test('are counted before ResultPath drops them, and only their own name catches that, not States.ALL', async () => {
    const outcomes = [];
    for (const error of ['States.ALL', 'States.DataLimitExceeded']) {
      const Catch = [{ ErrorEquals: [error], Next: 'Caught' }];
      const { machine, start, types } = harness(
        machineOf({ Weeks: big({ Catch }), Caught: { Type: 'Pass', Result: 'caught', End: true } }),
      );
      await start(items(LIMIT_ITEMS + 1));
      const { output, error: failed } = await machine.result('run');
      outcomes.push(output ?? failed);
      expect(types()).toContain('MapStateFailed');
      expect(types()).not.toContain('MapStateSucceeded');
    }
    expect(outcomes).toEqual(['States.DataLimitExceeded', 'caught']);
  });
});
