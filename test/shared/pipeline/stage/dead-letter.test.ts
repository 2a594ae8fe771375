import { handleDeadLetter } from '../../../../shared/pipeline/stage/dead-letter.ts';
import { TransientError } from '../../../../shared/pipeline/errors.ts';
import { sweep } from '../../../../shared/pipeline/run/sweep.ts';
import { RUN, settle, WEEK, World } from '../world.ts';
import { counted, failing, gated, result } from '../work.ts';

let world: World;
let { work, times } = counted();
beforeEach(async () => {
  world = await new World().waiting();
  ({ work, times } = counted());
});

describe('the dead-letter consumer', () => {
  it('fails the week with the last error, keeps the body and answers', async () => {
    await expect(world.extract(failing(new TransientError('throttled')))).rejects.toThrow('throttled');
    await handleDeadLetter(world.deps, world.first);
    expect(await world.store.week(RUN, WEEK)).toMatchObject({
      status: 'FAILED',
      failure: { error: 'DeliveriesExhausted' },
    });
    expect(world.answers).toMatchObject([{ token: 'token', kind: 'failure', value: { error: 'DeliveriesExhausted' } }]);
    expect([...world.artifacts.blobs.keys()]).toEqual(['dead-letters/dead-letter/m-1.json']);
  });

  it('waits for a replay that has overtaken a task, and answers with what that comes to', async () => {
    world.live.add('redriven');
    const replay = { id: 'replay-1', by: 'ada', reason: 'caps', at: new Date(world.clock.now()).toISOString() };
    const replayed = world.delivery({ attempt: 2, replay }, { messageId: 'replay' });
    await expect(world.extract(failing(new TransientError('throttled')), replayed)).rejects.toThrow('throttled');
    const redriven = world.delivery({ taskToken: 'redriven' }, { messageId: 'redriven' });
    await expect(world.extract(work, redriven)).rejects.toMatchObject({ name: 'StageBusy', retrySeconds: 80 });
    await expect(handleDeadLetter(world.deps, redriven)).rejects.toMatchObject({ name: 'StageBusy' });
    await world.extract(work, { ...replayed, receiveCount: 2 });
    await handleDeadLetter(world.deps, redriven);
    expect(world.answers).toMatchObject([{ token: 'redriven', kind: 'success', value: { attempt: 2 } }]);
  });

  it('does not answer a redriven task with what the sweeper has said of it', async () => {
    await expect(world.extract(failing(new TransientError('killed')))).rejects.toThrow('killed');
    await sweep({ ...world.deps, executions: { ...world.deps.executions, status: () => Promise.resolve('ABORTED') } });
    world.live.add('redriven');
    await world.clock.advance(600);
    await handleDeadLetter(world.deps, world.delivery({ taskToken: 'redriven' }, { messageId: 'redriven' }));
    expect(world.answers.at(-1)).toMatchObject({ token: 'redriven', value: { error: 'DeliveriesExhausted' } });
  });

  it('remembers a message that no worker claimed: the next task is answered, a re-send is a replay', async () => {
    world.live.add('retried');
    const lost = world.delivery({ taskToken: 'timed-out' });
    await handleDeadLetter(world.deps, lost);
    expect(await world.store.week(RUN, WEEK)).toMatchObject({ status: 'FAILED', attempt: 1 });
    // The state machine tried its task again, with a message that comes after all.
    await world.clock.advance(60);
    const retry = world.delivery({ taskToken: 'retried' }, { messageId: 'm-2' });
    await world.extract(work, retry);
    expect(times()).toBe(0);
    expect(world.answers).toMatchObject([
      { token: 'retried', kind: 'failure', value: { error: 'DeliveriesExhausted' } },
    ]);
    const again = world.delivery({ taskToken: 'timed-out' }, { messageId: 'm-3' });
    await world.extract(work, again);
    expect(times()).toBe(1);
    expect(await world.store.week(RUN, WEEK)).toMatchObject({ attempt: 2 });
  });

  it('answers with the stored result where only the answer was missing', async () => {
    await expect(world.extract(work, world.first, world.dying)).rejects.toThrow('killed');
    await handleDeadLetter(world.deps, world.first);
    expect(world.answers).toMatchObject([{ token: 'token', kind: 'success' }]);
    expect(world.artifacts.blobs.size).toBe(0);
  });

  it('waits for a worker that still holds the lease', async () => {
    const { work, ends } = gated();
    const running = world.extract(work);
    await settle();
    await expect(handleDeadLetter(world.deps, world.first)).rejects.toMatchObject({ name: 'StageBusy' });
    ends[0].resolve(result(1));
    await running;
    await handleDeadLetter(world.deps, world.first);
    expect(world.answers).toMatchObject([{ kind: 'success' }]);
  });

  it('fails a week whose message no worker ever claimed', async () => {
    await handleDeadLetter(world.deps, world.first);
    expect(await world.store.week(RUN, WEEK)).toMatchObject({ status: 'FAILED' });
    expect(world.answers).toMatchObject([{ kind: 'failure' }]);
  });
});
