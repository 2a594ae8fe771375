import { handleDeadLetter } from '../../../../shared/pipeline/stage/dead-letter.ts';
import type { MenuWeek } from '../../../../shared/domain/model.ts';
import { TransientError } from '../../../../shared/pipeline/errors.ts';
import { recordFailure } from '../../../../functions/failure-recorder/handler.ts';
import { handleDelivery, type StageWork } from '../../../../shared/pipeline/stage/stage-worker.ts';
import { sweepAfterRestart } from '../../../../shared/pipeline/run/sweep.ts';
import { RUN, settle, START, WEEK, World } from '../world.ts';
import { counted, gated, result } from '../work.ts';

describe('the dead-letter consumer', () => {
  it('fails the week with the last error, keeps the body and answers', async () => {
    const world = await new World().configured();
    world.live.add('token');
    const delivery = world.delivery({ taskToken: 'token' });
    const work: StageWork = () => Promise.reject(new TransientError('throttled'));
    await expect(handleDelivery(world.deps, 'extract', work, delivery)).rejects.toThrow('throttled');
    await handleDeadLetter(world.deps, delivery);
    expect(await world.store.week(RUN, WEEK)).toMatchObject({
      status: 'FAILED',
      failure: { error: 'DeliveriesExhausted' },
    });
    expect(world.answers).toMatchObject([
      { token: 'token', kind: 'failure', value: { error: 'DeliveriesExhausted' } },
    ]);
    expect([...world.artifacts.blobs.keys()]).toEqual(['dead-letters/dead-letter/m-1.json']);
  });

  it('remembers a message that no worker claimed: the next task is answered, a re-send is a replay', async () => {
    const world = await new World().configured();
    world.live.add('retried');
    const lost = world.delivery({ taskToken: 'timed-out' });
    await handleDeadLetter(world.deps, lost);
    expect(await world.store.week(RUN, WEEK)).toMatchObject({ status: 'FAILED', attempt: 1 });
    // The state machine tried its task again, with a message that comes after all.
    await world.clock.advance(60);
    const { work, times } = counted();
    const retry = world.delivery({ taskToken: 'retried' }, { messageId: 'm-2' });
    await handleDelivery(world.deps, 'extract', work, retry);
    expect(times()).toBe(0);
    expect(world.answers).toMatchObject([
      { token: 'retried', kind: 'failure', value: { error: 'DeliveriesExhausted' } },
    ]);
    const again = world.delivery({ taskToken: 'timed-out' }, { messageId: 'm-3' });
    await handleDelivery(world.deps, 'extract', work, again);
    expect(times()).toBe(1);
    expect(await world.store.week(RUN, WEEK)).toMatchObject({ attempt: 2 });
  });

  it('answers with the stored result where only the answer was missing', async () => {
    const world = await new World().configured();
    world.live.add('token');
    const delivery = world.delivery({ taskToken: 'token' });
    const dying = {
      ...world.deps,
      callbacks: { ...world.deps.callbacks, succeed: () => Promise.reject(new Error('killed')) },
    };
    await expect(handleDelivery(dying, 'extract', counted().work, delivery)).rejects.toThrow('killed');
    await handleDeadLetter(world.deps, delivery);
    expect(world.answers).toMatchObject([{ token: 'token', kind: 'success' }]);
    expect(world.artifacts.blobs.size).toBe(0);
  });

  it('waits for a worker that still holds the lease', async () => {
    const world = await new World().configured();
    world.live.add('token');
    const { work, ends } = gated();
    const delivery = world.delivery({ taskToken: 'token' });
    const running = handleDelivery(world.deps, 'extract', work, delivery);
    await settle();
    await expect(handleDeadLetter(world.deps, delivery)).rejects.toMatchObject({ name: 'StageBusy' });
    ends[0].resolve(result(1));
    await running;
    await handleDeadLetter(world.deps, delivery);
    expect(world.answers).toMatchObject([{ kind: 'success' }]);
  });

  it('fails a week whose message no worker ever claimed', async () => {
    const world = await new World().configured();
    world.live.add('token');
    await handleDeadLetter(world.deps, world.delivery({ taskToken: 'token' }));
    expect(await world.store.week(RUN, WEEK)).toMatchObject({ status: 'FAILED' });
    expect(world.answers).toMatchObject([{ kind: 'failure' }]);
  });
});

describe('the failure recorder', () => {
  it('records a time-out, which has no cause, and leaves a recorded reason alone', async () => {
    const world = await new World().configured();
    await recordFailure(world.deps, { runId: RUN, week: WEEK, failure: { Error: 'States.Timeout' } });
    expect(await world.store.week(RUN, WEEK)).toMatchObject({
      status: 'FAILED',
      failure: { error: 'States.Timeout' },
    });
    await recordFailure(world.deps, { runId: RUN, week: WEEK, failure: { Error: 'Other', Cause: 'later' } });
    expect(await world.store.week(RUN, WEEK)).toMatchObject({ failure: { error: 'States.Timeout' } });
  });

  it('ends the weeks of a run that failed, those too that its Configurator never wrote', async () => {
    const world = await new World().configured();
    const other = '2026-W50' as MenuWeek;
    await world.store.updateRun(RUN, (run) => run && { ...run, weeks: [WEEK, other] });
    await recordFailure(world.deps, { runId: RUN, failure: { Error: 'Lambda.Unknown' } });
    for (const week of [WEEK, other]) {
      expect(await world.store.week(RUN, week)).toMatchObject({
        status: 'FAILED',
        failure: { error: 'Lambda.Unknown' },
      });
    }
    expect(await world.store.run(RUN)).toMatchObject({ status: 'FAILED' });
  });

  it('leaves a run at its weeks when it is a correction of one of them that failed', async () => {
    const world = await new World().configured();
    const correction = { id: 'r-1', by: 'ada', reason: 'caps', at: '2026-11-25T08:00:00.000Z' };
    const before = await world.store.view(RUN);
    await recordFailure(world.deps, { runId: RUN, correction, failure: { Error: 'Lambda.Unknown' } });
    expect(await world.store.view(RUN)).toEqual(before);
  });
});

describe('the sweep after a restart', () => {
  it('ends the replay of a run that had ended, whose message has died with its queue', async () => {
    const world = await new World().configured();
    const endedAt = new Date(START).toISOString();
    await world.store.updateRun(RUN, (run) => {
      if (!run) return undefined;
      const { unfinishedKey: _ended, ...kept } = run;
      return { ...kept, status: 'PUBLISHED', revision: 1, endedAt };
    });
    await world.store.updateWeek(RUN, WEEK, (week) => week && { ...week, status: 'RUNNING', attempt: 2 });
    await sweepAfterRestart(world.deps);
    expect(await world.store.week(RUN, WEEK)).toMatchObject({
      status: 'FAILED',
      failure: { error: 'Interrupted' },
    });
    expect(await world.store.run(RUN)).toMatchObject({ status: 'PUBLISHED' });
  });
});
