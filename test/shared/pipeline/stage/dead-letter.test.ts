import { handleDeadLetter } from '../../../../shared/pipeline/stage/dead-letter.ts';
import { TransientError } from '../../../../shared/pipeline/errors.ts';
import { handleDelivery, type StageWork } from '../../../../shared/pipeline/stage/stage-worker.ts';
import { RUN, settle, WEEK, World } from '../world.ts';
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
    expect(world.answers).toMatchObject([{ token: 'token', kind: 'failure', value: { error: 'DeliveriesExhausted' } }]);
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
