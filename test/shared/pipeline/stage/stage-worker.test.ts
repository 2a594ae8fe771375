import { InputRefused, TransientError } from '../../../../shared/pipeline/errors.ts';
import { HEARTBEAT_SECONDS, LEASE_SECONDS } from '../../../../shared/pipeline/table/lease.ts';
import type { StageWork } from '../../../../shared/pipeline/stage/stage-worker.ts';
import { RUN, settle, WEEK, World } from '../world.ts';
import { counted, failing, gated, result } from '../work.ts';

let world: World;
let { work, times } = counted();
beforeEach(async () => {
  world = await new World().waiting();
  ({ work, times } = counted());
});

describe('a stage message', () => {
  it('is claimed, worked on, committed, answered and acknowledged', async () => {
    await world.extract(work);
    const row = await world.store.stage(RUN, WEEK, 'extract');
    expect(row).toMatchObject({ status: 'COMPLETE', attempt: 1, fence: 1, handoff: 'DONE', committed: result(1) });
    expect(row?.leaseUntil).toBeUndefined();
    expect(world.answers).toEqual([
      { token: 'token', kind: 'success', value: expect.objectContaining({ week: WEEK, key: 'a-1' }) as unknown },
    ]);
    expect(times()).toBe(1);
    expect(world.heartbeats).toEqual(['token']);
  });

  it('delivered again is answered from the store and computes nothing', async () => {
    await world.extract(work);
    await world.clock.advance(60);
    await world.extract(work, { ...world.first, receiveCount: 2 });
    expect(times()).toBe(1);
    expect(world.answers).toHaveLength(1);
  });

  it('whose worker died between commit and callback is healed by the redelivery', async () => {
    await expect(world.extract(work, world.first, world.dying)).rejects.toThrow('killed');
    expect(await world.store.stage(RUN, WEEK, 'extract')).toMatchObject({ status: 'COMPLETE', handoff: 'PENDING' });
    await world.extract(work, { ...world.first, receiveCount: 2 });
    expect(times()).toBe(1);
    expect(world.answers).toMatchObject([{ token: 'token', kind: 'success' }]);
  });

  it('of a task that the state machine tried again is answered with the stored result', async () => {
    world.live.add('first').add('second');
    await world.extract(work, world.delivery({ taskToken: 'first' }));
    await world.clock.advance(30);
    await world.extract(work, world.delivery({ taskToken: 'second' }, { messageId: 'm-2' }));
    expect(times()).toBe(1);
    expect(world.answers.map(({ token }) => token)).toEqual(['first', 'second']);
  });

  it('fails the week at once for a permanent error, with its reason', async () => {
    await world.extract(failing(new InputRefused('menu.csv:3 is wrong')));
    expect(await world.store.week(RUN, WEEK)).toMatchObject({
      status: 'FAILED',
      failure: { error: 'InputRefused', message: 'menu.csv:3 is wrong' },
    });
    expect(world.answers).toEqual([
      { token: 'token', kind: 'failure', value: { error: 'InputRefused', cause: 'menu.csv:3 is wrong' } },
    ]);
  });

  it('goes back to the queue for a transient error, and is computed again under the next fence', async () => {
    let tries = 0;
    const work: StageWork = () =>
      ++tries === 1 ? Promise.reject(new TransientError('throttled')) : Promise.resolve(result(2));
    await expect(world.extract(work)).rejects.toThrow('throttled');
    expect(world.visibility.at(-1)).toEqual({ stage: 'extract', seconds: 5 });
    expect(await world.store.stage(RUN, WEEK, 'extract')).toMatchObject({ status: 'RETRYING' });
    expect(world.answers).toEqual([]);
    await world.extract(work, { ...world.first, receiveCount: 2 });
    expect(await world.store.stage(RUN, WEEK, 'extract')).toMatchObject({
      status: 'COMPLETE',
      attempt: 1,
      fence: 2,
      deliveries: 2,
    });
  });

  it('is busy while another worker holds the lease', async () => {
    const { work, ends } = gated();
    const first = world.extract(work);
    await settle();
    await expect(world.extract(work)).rejects.toMatchObject({ name: 'StageBusy' });
    expect(world.visibility.at(-1)).toEqual({ stage: 'extract', seconds: LEASE_SECONDS + 1 });
    ends[0].resolve(result(1));
    await first;
    expect(world.answers).toHaveLength(1);
  });

  it('is taken over when its worker went silent, and the one that lost its fence commits nothing', async () => {
    const { work, ends } = gated();
    // A worker whose clock never fires again: paused, or dead.
    const paused = { ...world.deps, clock: { now: () => world.clock.now(), schedule: () => () => {} } };
    const first = world.extract(work, world.first, paused);
    await settle();
    await world.clock.advance(LEASE_SECONDS + 1);
    const second = world.extract(work, { ...world.first, receiveCount: 2 });
    await settle();
    ends[0].resolve(result(1));
    await expect(first).rejects.toMatchObject({ name: 'FenceLost' });
    ends[1].resolve(result(2));
    await second;
    expect(await world.store.stage(RUN, WEEK, 'extract')).toMatchObject({ fence: 2, committed: result(2) });
    expect(world.answers).toHaveLength(1);
  });

  it('keeps its lease by heartbeats, at once and on a timer', async () => {
    const { work, ends } = gated();
    const running = world.extract(work);
    await settle();
    await world.clock.advance(3 * LEASE_SECONDS);
    expect(world.heartbeats).toHaveLength(1 + Math.floor((3 * LEASE_SECONDS) / HEARTBEAT_SECONDS));
    // The delivery comes back when the lease is over, and not only when the queue's visibility timeout is.
    expect(world.visibility).toHaveLength(world.heartbeats.length);
    expect(world.visibility.every(({ seconds }) => seconds > LEASE_SECONDS && seconds <= 90)).toBe(true);
    ends[0].resolve(result(1));
    await running;
    expect(await world.store.stage(RUN, WEEK, 'extract')).toMatchObject({ status: 'COMPLETE', fence: 1 });
  });

  it.each([
    ['the task', { callbacks: { heartbeat: () => Promise.reject(new Error('Step Functions is away')) } }],
    ['the queue', { queues: { changeVisibility: () => Promise.reject(new Error('SQS is away')) } }],
  ])('keeps its lease while %s cannot be told', async (_, away) => {
    const { work, ends } = gated();
    const deps = {
      ...world.deps,
      callbacks: { ...world.deps.callbacks, ...('callbacks' in away ? away.callbacks : {}) },
      queues: { ...world.deps.queues, ...('queues' in away ? away.queues : {}) },
    };
    const running = world.extract(work, world.first, deps);
    await settle();
    await world.clock.advance(3 * LEASE_SECONDS);
    ends[0].resolve(result(1));
    await running;
    expect(await world.store.stage(RUN, WEEK, 'extract')).toMatchObject({ status: 'COMPLETE', fence: 1 });
  });

  it('that has lost its fence keeps its delivery no longer', async () => {
    const { work, ends } = gated();
    const first = world.extract(work);
    await settle();
    await world.store.updateStage(RUN, WEEK, 'extract', (row) => row && { ...row, fence: row.fence + 1 });
    await world.clock.advance(HEARTBEAT_SECONDS);
    const asked = world.visibility.length;
    await world.clock.advance(3 * LEASE_SECONDS);
    expect(world.visibility).toHaveLength(asked);
    ends[0].resolve(result(1));
    await expect(first).rejects.toMatchObject({ name: 'FenceLost' });
  });

  it('keeps the result when the token has died: that is no error of the work', async () => {
    await world.extract(work, world.delivery({ taskToken: 'dead' }));
    expect(await world.store.stage(RUN, WEEK, 'extract')).toMatchObject({ status: 'COMPLETE', committed: result(1) });
    expect(world.answers).toEqual([]);
    expect(world.sent).toEqual([]);
  });

  it('of a cancelled run is refused, and whoever waits is told', async () => {
    await world.store.updateRun(RUN, (now) => now && { ...now, status: 'CANCELLED' });
    await world.extract(work);
    expect(times()).toBe(0);
    expect(world.answers).toMatchObject([{ kind: 'failure', value: { error: 'RunCancelled' } }]);
  });

  it('whose run is cancelled between two deliveries leaves no stage RUNNING', async () => {
    await expect(world.extract(failing(new TransientError('slow')))).rejects.toThrow('slow');
    await world.store.updateRun(RUN, (now) => now && { ...now, status: 'CANCELLED' });
    await world.extract(work, { ...world.first, receiveCount: 2 });
    expect(times()).toBe(0);
    expect(await world.store.stage(RUN, WEEK, 'extract')).toMatchObject({
      status: 'FAILED',
      failure: { error: 'RunCancelled' },
    });
  });

  it.each([
    ['no JSON', 'hello', undefined],
    ['an older version', JSON.stringify({ v: 0, taskToken: 'token' }), 'token'],
    ['a newer version', JSON.stringify({ v: 9, taskToken: 'token' }), 'token'],
    ['another queue', { stage: 'simulate' as const, taskToken: 'token' }, 'token'],
    ['an unknown run', { runId: 'nobody' as typeof RUN, taskToken: 'token' }, 'token'],
  ])('that is poison (%s) is kept without its token and answered at once', async (_, message, token) => {
    await world.extract(work, world.delivery(message));
    expect(times()).toBe(0);
    const kept = [...world.artifacts.blobs].filter(([key]) => key.startsWith('dead-letters/extract/'));
    expect(kept).toHaveLength(1);
    expect(Buffer.from(kept[0][1]).toString()).not.toContain('"token"');
    expect(world.answers.map((answer) => answer.token)).toEqual(token === undefined ? [] : [token]);
  });

  it('never shows its token in a log line', async () => {
    world.live.add('s3cret-token');
    await world.extract(work, world.delivery({ taskToken: 's3cret-token' }));
    await world.extract(work, world.delivery('{"taskToken":"s3cret-token"'));
    expect(world.lines.length).toBeGreaterThan(1);
    expect(world.lines.join()).not.toContain('s3cret-token');
    expect(JSON.stringify([...world.table.items.values()])).not.toContain('s3cret-token');
  });
});
