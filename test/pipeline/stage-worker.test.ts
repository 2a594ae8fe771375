import { handleDeadLetter } from '../../shared/pipeline/dead-letter';
import type { MenuWeek } from '../../shared/domain/model';
import { InputRefused, PermanentError, TransientError } from '../../shared/pipeline/errors';
import { recordFailure } from '../../functions/failure-recorder/handler';
import { HEARTBEAT_SECONDS, LEASE_SECONDS } from '../../shared/pipeline/lease';
import type { StageResult } from '../../shared/pipeline/records';
import { handleDelivery, type StageWork } from '../../shared/pipeline/stage-worker';
import { sweepAfterRestart } from '../../shared/pipeline/sweep';
import { RUN, settle, START, WEEK, World } from './world';

const result = (n: number): StageResult => ({
  artifact: { key: `a-${n}`, sha256: `${n}`, bytes: n },
  summary: { n },
});

/** Work that counts how often it was done. */
function counted(): { work: StageWork; times: () => number } {
  let times = 0;
  return { work: () => Promise.resolve(result(++times)), times: () => times };
}

/** Work that ends when told to. */
function gated() {
  const ends: {
    resolve: (value: StageResult) => void;
    reject: (error: Error) => void;
    signal: AbortSignal;
  }[] = [];
  const work: StageWork = ({ signal }) =>
    new Promise((resolve, reject) => {
      ends.push({ resolve, reject, signal });
    });
  return { work, ends };
}

describe('a stage message', () => {
  it('is claimed, worked on, committed, answered and acknowledged', async () => {
    const world = await new World().configured();
    world.live.add('token');
    const { work, times } = counted();
    await handleDelivery(world.deps, 'extract', work, world.delivery({ taskToken: 'token' }));
    const row = await world.store.stage(RUN, WEEK, 'extract');
    expect(row).toMatchObject({
      status: 'COMPLETE',
      attempt: 1,
      fence: 1,
      handoff: 'DONE',
      committed: result(1),
    });
    expect(row?.leaseUntil).toBeUndefined();
    expect(world.answers).toEqual([
      {
        token: 'token',
        kind: 'success',
        value: expect.objectContaining({ week: WEEK, key: 'a-1' }) as unknown,
      },
    ]);
    expect(times()).toBe(1);
    expect(world.heartbeats).toEqual(['token']);
  });

  it('delivered again is answered from the store and computes nothing', async () => {
    const world = await new World().configured();
    world.live.add('token');
    const { work, times } = counted();
    const delivery = world.delivery({ taskToken: 'token' });
    await handleDelivery(world.deps, 'extract', work, delivery);
    await world.clock.advance(60);
    await handleDelivery(world.deps, 'extract', work, { ...delivery, receiveCount: 2 });
    expect(times()).toBe(1);
    expect(world.answers).toHaveLength(1);
  });

  it('whose worker died between commit and callback is healed by the redelivery', async () => {
    const world = await new World().configured();
    world.live.add('token');
    const { work, times } = counted();
    const delivery = world.delivery({ taskToken: 'token' });
    const dying = {
      ...world.deps,
      callbacks: { ...world.deps.callbacks, succeed: () => Promise.reject(new Error('killed')) },
    };
    await expect(handleDelivery(dying, 'extract', work, delivery)).rejects.toThrow('killed');
    expect(await world.store.stage(RUN, WEEK, 'extract')).toMatchObject({
      status: 'COMPLETE',
      handoff: 'PENDING',
    });
    await handleDelivery(world.deps, 'extract', work, { ...delivery, receiveCount: 2 });
    expect(times()).toBe(1);
    expect(world.answers).toMatchObject([{ token: 'token', kind: 'success' }]);
  });

  it('of a task that the state machine tried again is answered with the stored result', async () => {
    const world = await new World().configured();
    world.live.add('first').add('second');
    const { work, times } = counted();
    await handleDelivery(world.deps, 'extract', work, world.delivery({ taskToken: 'first' }));
    await world.clock.advance(30);
    await handleDelivery(
      world.deps,
      'extract',
      work,
      world.delivery({ taskToken: 'second' }, { messageId: 'm-2' }),
    );
    expect(times()).toBe(1);
    expect(world.answers.map(({ token }) => token)).toEqual(['first', 'second']);
  });

  it('fails the week at once for a permanent error, with its reason', async () => {
    const world = await new World().configured();
    world.live.add('token');
    const work: StageWork = () => Promise.reject(new InputRefused('menu.csv:3 is wrong'));
    await handleDelivery(world.deps, 'extract', work, world.delivery({ taskToken: 'token' }));
    expect(await world.store.week(RUN, WEEK)).toMatchObject({
      status: 'FAILED',
      failure: { error: 'InputRefused', message: 'menu.csv:3 is wrong' },
    });
    expect(world.answers).toEqual([
      { token: 'token', kind: 'failure', value: { error: 'InputRefused', cause: 'menu.csv:3 is wrong' } },
    ]);
  });

  it('goes back to the queue for a transient error, and is computed again under the next fence', async () => {
    const world = await new World().configured();
    world.live.add('token');
    let tries = 0;
    const work: StageWork = () =>
      ++tries === 1 ? Promise.reject(new TransientError('throttled')) : Promise.resolve(result(2));
    const delivery = world.delivery({ taskToken: 'token' });
    await expect(handleDelivery(world.deps, 'extract', work, delivery)).rejects.toThrow('throttled');
    expect(world.released).toEqual([{ stage: 'extract', delaySeconds: 5 }]);
    expect(await world.store.stage(RUN, WEEK, 'extract')).toMatchObject({ status: 'RETRYING' });
    expect(world.answers).toEqual([]);
    await handleDelivery(world.deps, 'extract', work, { ...delivery, receiveCount: 2 });
    expect(await world.store.stage(RUN, WEEK, 'extract')).toMatchObject({
      status: 'COMPLETE',
      attempt: 1,
      fence: 2,
      deliveries: 2,
    });
  });

  it('is busy while another worker holds the lease', async () => {
    const world = await new World().configured();
    world.live.add('token');
    const { work, ends } = gated();
    const delivery = world.delivery({ taskToken: 'token' });
    const first = handleDelivery(world.deps, 'extract', work, delivery);
    await settle();
    await expect(handleDelivery(world.deps, 'extract', work, delivery)).rejects.toMatchObject({
      name: 'StageBusy',
    });
    expect(world.released).toEqual([{ stage: 'extract', delaySeconds: LEASE_SECONDS + 1 }]);
    ends[0].resolve(result(1));
    await first;
    expect(world.answers).toHaveLength(1);
  });

  it('is taken over when its worker went silent, and the one that lost its fence commits nothing', async () => {
    const world = await new World().configured();
    world.live.add('token');
    const { work, ends } = gated();
    // A worker whose clock never fires again: paused, or dead.
    const paused = { ...world.deps, clock: { now: () => world.clock.now(), schedule: () => () => {} } };
    const delivery = world.delivery({ taskToken: 'token' });
    const first = handleDelivery(paused, 'extract', work, delivery);
    await settle();
    await world.clock.advance(LEASE_SECONDS + 1);
    const second = handleDelivery(world.deps, 'extract', work, { ...delivery, receiveCount: 2 });
    await settle();
    ends[0].resolve(result(1));
    await expect(first).rejects.toMatchObject({ name: 'FenceLost' });
    ends[1].resolve(result(2));
    await second;
    expect(await world.store.stage(RUN, WEEK, 'extract')).toMatchObject({ fence: 2, committed: result(2) });
    expect(world.answers).toHaveLength(1);
  });

  it('keeps its lease by heartbeats, at once and on a timer', async () => {
    const world = await new World().configured();
    world.live.add('token');
    const { work, ends } = gated();
    const running = handleDelivery(world.deps, 'extract', work, world.delivery({ taskToken: 'token' }));
    await settle();
    await world.clock.advance(3 * LEASE_SECONDS);
    expect(world.heartbeats).toHaveLength(1 + Math.floor((3 * LEASE_SECONDS) / HEARTBEAT_SECONDS));
    ends[0].resolve(result(1));
    await running;
    expect(await world.store.stage(RUN, WEEK, 'extract')).toMatchObject({ status: 'COMPLETE', fence: 1 });
  });

  it('keeps the result when the token has died: that is no error of the work', async () => {
    const world = await new World().configured();
    const { work } = counted();
    await handleDelivery(world.deps, 'extract', work, world.delivery({ taskToken: 'dead' }));
    expect(await world.store.stage(RUN, WEEK, 'extract')).toMatchObject({
      status: 'COMPLETE',
      committed: result(1),
    });
    expect(world.answers).toEqual([]);
    expect(world.sent).toEqual([]);
  });

  it('of a cancelled run is refused, and whoever waits is told', async () => {
    const world = await new World().configured();
    world.live.add('token');
    await world.store.updateRun(RUN, (now) => now && { ...now, status: 'CANCELLED' });
    const { work, times } = counted();
    await handleDelivery(world.deps, 'extract', work, world.delivery({ taskToken: 'token' }));
    expect(times()).toBe(0);
    expect(world.answers).toMatchObject([{ kind: 'failure', value: { error: 'RunCancelled' } }]);
  });

  it('whose run is cancelled between two deliveries leaves no stage RUNNING', async () => {
    const world = await new World().configured();
    const retry: StageWork = () => Promise.reject(new TransientError('slow'));
    const delivery = world.delivery({ taskToken: 'token' });
    await expect(handleDelivery(world.deps, 'extract', retry, delivery)).rejects.toThrow('slow');
    await world.store.updateRun(RUN, (now) => now && { ...now, status: 'CANCELLED' });
    const { work, times } = counted();
    await handleDelivery(world.deps, 'extract', work, { ...delivery, receiveCount: 2 });
    expect(times()).toBe(0);
    expect(await world.store.stage(RUN, WEEK, 'extract')).toMatchObject({
      status: 'FAILED',
      failure: { error: 'RunCancelled' },
    });
  });

  it.each([
    ['no JSON', 'hello', undefined],
    ['an unknown version', JSON.stringify({ v: 9, taskToken: 'token' }), 'token'],
    ['another queue', { stage: 'simulate' as const, taskToken: 'token' }, 'token'],
    ['an unknown run', { runId: 'nobody' as typeof RUN, taskToken: 'token' }, 'token'],
  ])('that is poison (%s) is kept without its token and answered at once', async (_, message, token) => {
    const world = await new World().configured();
    world.live.add('token');
    const { work, times } = counted();
    await handleDelivery(world.deps, 'extract', work, world.delivery(message));
    expect(times()).toBe(0);
    const kept = [...world.artifacts.blobs].filter(([key]) => key.startsWith('dead-letters/extract/'));
    expect(kept).toHaveLength(1);
    expect(Buffer.from(kept[0][1]).toString()).not.toContain('"token"');
    expect(world.answers.map((answer) => answer.token)).toEqual(token === undefined ? [] : [token]);
  });

  it('never shows its token in a log line', async () => {
    const world = await new World().configured();
    world.live.add('s3cret-token');
    await handleDelivery(
      world.deps,
      'extract',
      counted().work,
      world.delivery({ taskToken: 's3cret-token' }),
    );
    await handleDelivery(
      world.deps,
      'extract',
      counted().work,
      world.delivery('{"taskToken":"s3cret-token"'),
    );
    expect(world.lines.length).toBeGreaterThan(1);
    expect(world.lines.join()).not.toContain('s3cret-token');
    expect(JSON.stringify([...world.table.items.values()])).not.toContain('s3cret-token');
  });
});

describe('a message sent again', () => {
  it('recomputes a finished stage as the next attempt and passes the chain on', async () => {
    const world = await new World().configured();
    world.live.add('token');
    const { work, times } = counted();
    await handleDelivery(world.deps, 'extract', work, world.delivery({ taskToken: 'token' }));
    await world.clock.advance(60);
    await handleDelivery(
      world.deps,
      'extract',
      work,
      world.delivery({ taskToken: 'token' }, { messageId: 'by-hand' }),
    );
    expect(times()).toBe(2);
    expect(await world.store.stage(RUN, WEEK, 'extract')).toMatchObject({
      attempt: 2,
      committed: { attempt: 2, ...result(2) },
    });
    expect(await world.store.week(RUN, WEEK)).toMatchObject({ attempt: 2, status: 'RUNNING' });
    expect(world.sent).toMatchObject([{ stage: 'simulate', attempt: 2, replay: { id: 'resend-by-hand' } }]);
    expect(world.sent[0]).not.toHaveProperty('taskToken');
  });

  it('is none where the run itself only now comes to a week that a replay has failed before', async () => {
    const world = await new World().configured();
    const replay = { id: 'replay-1', by: 'operator', reason: 'early', at: new Date(START).toISOString() };
    const failing: StageWork = () => Promise.reject(new PermanentError('nothing to forecast from'));
    const early = world.delivery({ stage: 'forecast', attempt: 2, replay }, { messageId: 'early' });
    await handleDelivery(world.deps, 'forecast', failing, early);
    await world.clock.advance(60);
    world.live.add('token');
    const { work } = counted();
    const own = world.delivery({ taskToken: 'token' }, { messageId: 'own' });
    await handleDelivery(world.deps, 'extract', work, own);
    expect(await world.store.stage(RUN, WEEK, 'extract')).toMatchObject({ attempt: 1, status: 'COMPLETE' });
    expect(await world.store.week(RUN, WEEK)).toMatchObject({ attempt: 2, status: 'FAILED' });
  });

  it('whose worker dies goes on as the same replay when it is delivered again', async () => {
    const world = await new World().configured();
    world.live.add('token');
    const { work } = counted();
    await handleDelivery(world.deps, 'extract', work, world.delivery({ taskToken: 'token' }));
    await world.clock.advance(60);
    const again = world.delivery({ taskToken: 'token' }, { messageId: 'by-hand' });
    const failing: StageWork = () => Promise.reject(new TransientError('throttled'));
    await expect(handleDelivery(world.deps, 'extract', failing, again)).rejects.toThrow('throttled');
    await handleDelivery(world.deps, 'extract', work, { ...again, receiveCount: 2 });
    expect(world.sent).toMatchObject([{ stage: 'simulate', attempt: 2, replay: { id: 'resend-by-hand' } }]);
  });

  it('five times in parallel gives one recomputation', async () => {
    const world = await new World().configured();
    world.live.add('token');
    const { work, times } = counted();
    await handleDelivery(world.deps, 'extract', work, world.delivery({ taskToken: 'token' }));
    await world.clock.advance(60);
    const copies = [1, 2, 3, 4, 5].map((n) =>
      world.delivery({ taskToken: 'token' }, { messageId: `copy-${n}` }),
    );
    await world.clock.advance(1);
    // It takes as long as the other copies need to find it at work.
    const slow: StageWork = (context) => settle().then(() => work(context));
    await Promise.allSettled(copies.map((copy) => handleDelivery(world.deps, 'extract', slow, copy)));
    for (const copy of copies) {
      await handleDelivery(world.deps, 'extract', work, { ...copy, receiveCount: 2 }).catch(() => {});
    }
    expect(times()).toBe(2);
    expect(world.sent).toHaveLength(1);
  });

  it('as the same replay, however often, is that one replay; after the last stage the Publisher is asked', async () => {
    const world = await new World().configured();
    const replay = {
      id: 'replay-1',
      by: 'ops',
      reason: 'new caps',
      at: new Date(world.clock.now()).toISOString(),
    };
    const { work, times } = counted();
    for (const messageId of ['a', 'b', 'c']) {
      const delivery = world.delivery({ stage: 'forecast', attempt: 2, replay }, { messageId });
      await handleDelivery(world.deps, 'forecast', work, delivery);
      await world.clock.advance(5);
    }
    expect(times()).toBe(1);
    expect(world.started).toMatchObject([{ input: { runId: RUN, correction: { reason: 'new caps' } } }]);
    expect(await world.store.week(RUN, WEEK)).toMatchObject({ status: 'COMPLETE', attempt: 2 });
  });

  it('keeps the earlier result when the later attempt fails', async () => {
    const world = await new World().configured();
    world.live.add('token');
    await handleDelivery(world.deps, 'extract', counted().work, world.delivery({ taskToken: 'token' }));
    await world.clock.advance(60);
    const work: StageWork = () => Promise.reject(new InputRefused('worse'));
    await handleDelivery(world.deps, 'extract', work, world.delivery({}, { messageId: 'by-hand' }));
    expect(await world.store.stage(RUN, WEEK, 'extract')).toMatchObject({
      status: 'FAILED',
      attempt: 2,
      committed: { attempt: 1, ...result(1) },
    });
  });
});

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
