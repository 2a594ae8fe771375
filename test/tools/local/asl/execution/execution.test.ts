import { callbackTask, harness, lambdaTask, machineOf, mapOf } from '../harness.ts';

const refused = expect.objectContaining({ name: 'ExecutionNotRedrivable' }) as Error;

describe('a redrive', () => {
  test('sends the failed task out again, with its old input and a new token, and keeps what came before', async () => {
    const { machine, start, clock, sent, history } = harness(
      machineOf({ First: { Type: 'Pass', Result: { n: 1 }, Next: 'Work' }, Work: callbackTask() }),
    );
    await start({ asked: true });
    await machine.fail('token-1', 'E', 'why');
    expect(await machine.result('run')).toMatchObject({ status: 'FAILED' });
    await machine.redrive('run');
    expect(await machine.status('run')).toBe('RUNNING');
    await clock.advance(0);
    expect(sent.map(({ body }) => body.week)).toEqual([{ n: 1 }, { n: 1 }]);
    await expect(machine.succeed('token-1', {})).rejects.toThrow('TaskTimedOut');
    await machine.succeed('token-2', 'done');
    expect(await machine.result('run')).toEqual({ status: 'SUCCEEDED', output: 'done' });
    expect(history().slice(3)).toEqual([
      '4<3 TaskStateEntered Work',
      '5<4 TaskScheduled',
      '6<5 TaskStarted',
      '7<6 TaskSubmitted',
      '8<7 TaskFailed E',
      '9<8 ExecutionFailed E',
      '10<9 ExecutionRedriven 1',
      '11<4 TaskScheduled',
      '12<11 TaskStarted',
      '13<12 TaskSubmitted',
      '14<13 TaskSucceeded',
      '15<14 TaskStateExited Work',
      '16<15 ExecutionSucceeded',
    ]);
  });

  test('begins retries and time-outs anew, those of the machine, too', async () => {
    const retry = [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 1, MaxAttempts: 1 }];
    const { machine, start, clock, sent } = harness(
      machineOf({ Work: callbackTask({ TimeoutSeconds: 10, Retry: retry }) }, { TimeoutSeconds: 30 }),
    );
    await start();
    await clock.advance(21_000);
    expect(await machine.result('run')).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    await clock.advance(100_000);
    await machine.redrive('run');
    await clock.advance(20_999);
    expect(await machine.status('run')).toBe('RUNNING');
    expect(sent).toHaveLength(4);
    await clock.advance(1);
    expect(await machine.status('run')).toBe('FAILED');
  });

  test.each([
    ['was stopped', (machine: ReturnType<typeof harness>['machine']) => machine.stop('run', 'enough'), 'ABORTED'],
    ['has timed out', () => Promise.resolve(), 'TIMED_OUT'],
  ])('goes on with an execution that %s, as often as is asked', async (_, end, status) => {
    const { machine, start, clock, sent, types } = harness(machineOf({ Work: callbackTask() }, { TimeoutSeconds: 60 }));
    await start();
    for (const token of ['token-1', 'token-2']) {
      await end(machine);
      await clock.advance(60_000);
      expect(await machine.status('run')).toBe(status);
      await expect(machine.succeed(token, {})).rejects.toThrow('TaskTimedOut');
      await machine.redrive('run');
      await clock.advance(0);
    }
    await machine.succeed(sent[2].token, {});
    expect(await machine.result('run')).toEqual({ status: 'SUCCEEDED', output: {} });
    expect(types().filter((type) => type === 'ExecutionRedriven')).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  test('is refused while the execution runs, when it has succeeded, and when its history is full', async () => {
    const running = harness(machineOf({ Work: callbackTask() }));
    await running.start();
    await expect(running.machine.redrive('run')).rejects.toEqual(refused);
    await running.machine.succeed('token-1', {});
    await running.machine.result('run');
    await expect(running.machine.redrive('run')).rejects.toEqual(refused);
    await expect(running.machine.redrive('other')).rejects.toThrow('ExecutionDoesNotExist');
    const full = harness(machineOf({ Work: callbackTask() }), { maxHistoryEvents: 6 });
    await full.start();
    await full.machine.stop('run', 'enough');
    await expect(full.machine.redrive('run')).rejects.toEqual(refused);
  });

  test('is seen by the states that run in it', async () => {
    const Payload = { 'count.$': '$$.Execution.RedriveCount', 'time.$': '$$.Execution.RedriveTime' };
    const { machine, start, clock, invocations } = harness(
      machineOf({ Work: lambdaTask({ Parameters: { FunctionName: 'configure', Payload } }) }),
    );
    await start();
    expect(await machine.result('run')).toMatchObject({ error: 'States.Runtime' });
    await clock.advance(5_000);
    await machine.redrive('run');
    await machine.result('run');
    expect(invocations).toEqual([
      { functionName: 'configure', payload: { count: 1, time: '1970-01-01T00:00:05.000Z' } },
    ]);
  });

  test('evaluates a Choice again, and enters a Fail state to fail again', async () => {
    const { machine, start, history } = harness(
      machineOf({
        Which: { Type: 'Choice', Choices: [{ Variable: '$.n', NumericEquals: 1, Next: 'No' }] },
        No: { Type: 'Fail', Error: 'No' },
      }),
    );
    await start({ n: 2 }, 'choice');
    await machine.result('choice');
    await machine.redrive('choice');
    expect(await machine.result('choice')).toMatchObject({ error: 'States.NoChoiceMatched' });
    await start({ n: 1 }, 'fail');
    await machine.result('fail');
    await machine.redrive('fail');
    expect(await machine.result('fail')).toMatchObject({ error: 'No' });
    expect(history('fail').slice(-3)).toEqual([
      '6<5 ExecutionRedriven 1',
      '7<4 FailStateEntered No',
      '8<7 ExecutionFailed No',
    ]);
  });
});

describe('a redrive of a Map', () => {
  const twoSteps = { First: callbackTask({ End: undefined, Next: 'Second' }), Second: callbackTask() };

  test('keeps the results of iterations, goes on in the others where each stood, and begins the rest', async () => {
    const { machine, start, clock, sent, history } = harness(
      machineOf({ Weeks: mapOf(twoSteps, { MaxConcurrency: 3 }) }),
    );
    await start(['a', 'b', 'c', 'd']);
    await machine.succeed('token-1', 'A1');
    await clock.advance(0);
    await machine.succeed('token-4', 'A2');
    await clock.advance(0);
    await machine.succeed('token-2', 'B1');
    await clock.advance(0);
    // a is done, b in its second state, c in its first, d has just begun.
    await machine.fail(sent[5].token, 'E', 'why');
    expect(await machine.result('run')).toMatchObject({ status: 'FAILED', error: 'E' });
    const before = history().length;
    await machine.redrive('run');
    await clock.advance(0);
    expect(sent.slice(6).map(({ body }) => body.week)).toEqual(['B1', 'c', 'd']);
    await machine.succeed(sent[6].token, 'B2');
    await machine.succeed(sent[7].token, 'C1');
    await machine.succeed(sent[8].token, 'D1');
    await clock.advance(0);
    for (const { token, body } of sent.slice(9)) await machine.succeed(token, `${String(body.week)}2`);
    expect(await machine.result('run')).toEqual({ status: 'SUCCEEDED', output: ['A2', 'B2', 'C12', 'D12'] });
    const types = history().slice(before);
    expect(types.filter((line) => / (MapStateStarted|MapIterationStarted|MapStateEntered)/.test(line))).toEqual([]);
    expect(types.filter((line) => line.includes('MapIterationSucceeded'))).toHaveLength(3);
  });

  test('begins iterations that never started', async () => {
    const { machine, start, clock, sent, history } = harness(
      machineOf({ Weeks: mapOf({ Work: callbackTask() }, { MaxConcurrency: 1 }) }),
    );
    await start(['a', 'b']);
    await machine.fail('token-1', 'E', '');
    await machine.result('run');
    await machine.redrive('run');
    await clock.advance(0);
    for (const token of ['token-2', 'token-3']) {
      await machine.succeed(token, token);
      await clock.advance(0);
    }
    expect(await machine.result('run')).toEqual({ status: 'SUCCEEDED', output: ['token-2', 'token-3'] });
    expect(sent.map(({ body }) => body.week)).toEqual(['a', 'a', 'b']);
    expect(history().filter((line) => line.includes('MapIterationStarted'))).toHaveLength(2);
  });

  test('of an execution that was stopped goes on as well, and fails again as before', async () => {
    const { machine, start, clock, sent, history } = harness(machineOf({ Weeks: mapOf({ Work: callbackTask() }) }));
    await start(['a', 'b']);
    await machine.succeed('token-1', 'A');
    await clock.advance(0);
    await machine.stop('run', 'enough');
    await machine.redrive('run');
    await clock.advance(0);
    expect(sent.map(({ body }) => body.week)).toEqual(['a', 'b', 'b']);
    await machine.fail('token-3', 'E', '');
    expect(await machine.result('run')).toMatchObject({ status: 'FAILED', error: 'E' });
    expect(history().at(-2)).toMatch('MapStateFailed');
    await machine.redrive('run');
    await clock.advance(0);
    await machine.succeed('token-4', 'B');
    expect(await machine.result('run')).toEqual({ status: 'SUCCEEDED', output: ['A', 'B'] });
  });

  test('that retries begins its retries anew; a retry runs all iterations, a redrive only those left', async () => {
    const retry = [{ ErrorEquals: ['E'], IntervalSeconds: 1, MaxAttempts: 1 }];
    const { machine, start, clock, sent } = harness(
      machineOf({ Weeks: mapOf({ Work: callbackTask() }, { Retry: retry }) }),
    );
    await start(['a', 'b']);
    for (const [succeeds, fails] of [
      ['token-1', 'token-2'],
      ['token-3', 'token-4'],
    ]) {
      await machine.succeed(succeeds, 'A');
      await clock.advance(0);
      await machine.fail(fails, 'E', '');
      await clock.advance(1_000);
    }
    expect(await machine.status('run')).toBe('FAILED');
    await machine.redrive('run');
    await clock.advance(0);
    expect(sent.slice(4).map(({ body }) => body.week)).toEqual(['b']);
    await machine.fail('token-5', 'E', '');
    await clock.advance(1_000);
    expect(sent.slice(5).map(({ body }) => body.week)).toEqual(['a', 'b']);
  });

  test('whose outputs were too large runs all of it again', async () => {
    const { machine, start, clock, sent } = harness(machineOf({ Weeks: mapOf({ Work: callbackTask() }) }));
    await start(['a', 'b']);
    await machine.succeed('token-1', 'A'.repeat(200_000));
    await machine.succeed('token-2', 'B'.repeat(200_000));
    expect(await machine.result('run')).toMatchObject({ error: 'States.DataLimitExceeded' });
    await machine.redrive('run');
    await clock.advance(0);
    expect(sent.map(({ body }) => body.week)).toEqual(['a', 'b', 'a', 'b']);
    await machine.succeed('token-3', 'A');
    await machine.succeed('token-4', 'B');
    expect(await machine.result('run')).toEqual({ status: 'SUCCEEDED', output: ['A', 'B'] });
  });
});
