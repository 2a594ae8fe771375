import { PermanentError } from '../../../../shared/domain/errors.ts';
import { InputRefused, TransientError } from '../../../../shared/pipeline/errors.ts';
import { sweep as sweepRuns } from '../../../../shared/pipeline/run/sweep.ts';
import { handleDelivery, type StageWork } from '../../../../shared/pipeline/stage/stage-worker.ts';
import { RUN, settle, START, WEEK, World } from '../world.ts';
import { counted, failing, result } from '../work.ts';

let world: World;
let { work, times } = counted();
beforeEach(async () => {
  world = await new World().waiting();
  ({ work, times } = counted());
});

describe('the state machine’s message of a later stage', () => {
  const own = (messageId: string, token = 'token') =>
    world.delivery({ stage: 'simulate', attempt: 1, taskToken: token }, { messageId });

  it('belongs to the attempt that the stage before has committed, whoever answered that', async () => {
    await world.extract(work);
    await world.clock.advance(60);
    await world.extract(work, world.delivery({ taskToken: 'token' }, { messageId: 'by-hand' }));
    world.live.add('next');
    await handleDelivery(world.deps, 'simulate', work, own('own', 'next'));
    expect(await world.store.stage(RUN, WEEK, 'simulate')).toMatchObject({ attempt: 2, status: 'COMPLETE' });
    expect(world.answers.at(-1)).toMatchObject({ token: 'next', kind: 'success', value: { attempt: 2 } });
  });

  it('fails its week alone where the stage before was answered by hand and has committed nothing', async () => {
    const needsData: StageWork = async ({ upstream }) => ({
      ...result(1),
      summary: { ...(await upstream('extract')).summary },
    });
    world.live.add('next');
    await handleDelivery(world.deps, 'simulate', needsData, own('own', 'next'));
    expect(world.answers.at(-1)).toMatchObject({ token: 'next', kind: 'failure' });
    expect(await world.store.week(RUN, WEEK)).toMatchObject({ status: 'FAILED', attempt: 1 });
  });

  it('is the run’s own, and no re-send, where its week failed while the stage before was answered by hand', async () => {
    await world.extract(failing(new InputRefused('the file is wrong')));
    await world.clock.advance(1);
    world.live.add('next');
    await handleDelivery(world.deps, 'simulate', work, own('own', 'next'));
    expect(world.answers.at(-1)).toMatchObject({ token: 'next', value: { attempt: 1 } });
    expect(world.sent).toEqual([]);
  });
});

describe('the message of a redriven execution', () => {
  const sweep = () =>
    sweepRuns({ ...world.deps, executions: { ...world.deps.executions, status: () => Promise.resolve('ABORTED') } });
  const redriven = () => {
    world.live.add('redriven');
    return world.delivery({ taskToken: 'redriven' }, { messageId: 'redriven' });
  };

  it.each(['before', 'after'])(
    '%s the sweeper is answered with what is committed, and computes nothing',
    async (when) => {
      world.live.delete('token');
      await world.extract(work);
      await world.clock.advance(600);
      if (when === 'after') await sweep();
      await world.clock.advance(600);
      await world.extract(work, redriven());
      expect(times()).toBe(1);
      expect(world.answers).toMatchObject([{ token: 'redriven', kind: 'success', value: { attempt: 1 } }]);
      expect(world.sent).toEqual([]);
      expect(await world.store.run(RUN)).toMatchObject({ status: 'RUNNING', unfinishedKey: 'UNFINISHED' });
    },
  );

  it('goes on with a stage that the sweeper has ended, as the same attempt of a run under way', async () => {
    await expect(world.extract(failing(new TransientError('killed')))).rejects.toThrow('killed');
    world.live.delete('token');
    await sweep();
    expect(await world.store.week(RUN, WEEK)).toMatchObject({ status: 'FAILED', failure: { error: 'Interrupted' } });
    await world.clock.advance(600);
    await world.extract(work, redriven());
    expect(await world.store.stage(RUN, WEEK, 'extract')).toMatchObject({ attempt: 1, status: 'COMPLETE' });
    expect(await world.store.week(RUN, WEEK)).toMatchObject({ attempt: 1, status: 'RUNNING' });
    expect(await world.store.run(RUN)).not.toHaveProperty('failure');
    expect([world.sent, world.started]).toEqual([[], []]);
  });

  it('begins a stage that nobody had claimed', async () => {
    world.live.delete('token');
    await sweep();
    await world.clock.advance(600);
    await world.extract(work, redriven());
    expect(world.answers).toMatchObject([{ token: 'redriven', kind: 'success', value: { attempt: 1 } }]);
    expect(await world.store.week(RUN, WEEK)).toMatchObject({ attempt: 1, status: 'RUNNING' });
  });

  it('is answered also where a replay has published the run meanwhile', async () => {
    world.live.delete('token');
    await world.extract(work);
    await world.clock.advance(60);
    const endedAt = new Date(world.clock.now()).toISOString();
    await world.store.updateRun(RUN, (now) => {
      if (!now) return undefined;
      const { unfinishedKey: _ended, ...kept } = now;
      return { ...kept, status: 'PUBLISHED', revision: 1, endedAt };
    });
    await world.clock.advance(60);
    await world.extract(work, redriven());
    expect(times()).toBe(1);
    expect(world.answers).toMatchObject([{ token: 'redriven', kind: 'success', value: { attempt: 1 } }]);
    expect(await world.store.run(RUN)).toMatchObject({ status: 'PUBLISHED' });
  });

  it('is told from another run’s token, which lives while the run’s own execution has ended', async () => {
    await world.extract(work);
    await sweep();
    await world.clock.advance(600);
    world.live.add('foreign');
    const executions = { ...world.deps.executions, status: () => Promise.resolve('FAILED' as const) };
    const delivery = world.delivery({ taskToken: 'foreign' }, { messageId: 'by-hand' });
    await world.extract(work, delivery, { ...world.deps, executions });
    expect(world.answers.map(({ token }) => token)).not.toContain('foreign');
    expect(world.sent).toMatchObject([{ stage: 'simulate', attempt: 2 }]);
  });

  it('whose token has died is a message sent again, like any other', async () => {
    await world.extract(work);
    await sweep();
    await world.clock.advance(600);
    await world.extract(work, world.delivery({ taskToken: 'dead' }, { messageId: 'by-hand' }));
    expect(times()).toBe(2);
    expect(world.sent).toMatchObject([{ stage: 'simulate', attempt: 2 }]);
    expect(await world.store.run(RUN)).toMatchObject({ status: 'FAILED' });
  });
});

describe('a message sent again', () => {
  it('recomputes a finished stage as the next attempt and passes the chain on', async () => {
    await world.extract(work);
    await world.clock.advance(60);
    await world.extract(work, world.delivery({ taskToken: 'token' }, { messageId: 'by-hand' }));
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
    const replay = { id: 'replay-1', by: 'operator', reason: 'early', at: new Date(START).toISOString() };
    const early = world.delivery({ stage: 'forecast', attempt: 2, replay }, { messageId: 'early' });
    await handleDelivery(world.deps, 'forecast', failing(new PermanentError('nothing to forecast from')), early);
    await world.clock.advance(60);
    const own = world.delivery({ taskToken: 'token' }, { messageId: 'own' });
    await world.extract(work, own);
    expect(await world.store.stage(RUN, WEEK, 'extract')).toMatchObject({ attempt: 1, status: 'COMPLETE' });
    expect(await world.store.week(RUN, WEEK)).toMatchObject({ attempt: 2, status: 'FAILED' });
  });

  it('whose worker dies goes on as the same replay when it is delivered again', async () => {
    await world.extract(work);
    await world.clock.advance(60);
    const again = world.delivery({ taskToken: 'token' }, { messageId: 'by-hand' });
    await expect(world.extract(failing(new TransientError('throttled')), again)).rejects.toThrow('throttled');
    await world.extract(work, { ...again, receiveCount: 2 });
    expect(world.sent).toMatchObject([{ stage: 'simulate', attempt: 2, replay: { id: 'resend-by-hand' } }]);
  });

  it('goes on with the replay whose attempt it takes over', async () => {
    await world.extract(work);
    await world.clock.advance(60);
    await world.extract(work, world.delivery({ taskToken: 'token' }, { messageId: 'by-hand' }));
    const [{ replay }] = world.sent;
    const passedOn = world.delivery({ stage: 'simulate', attempt: 2, replay }, { messageId: 'passed-on' });
    const dying = handleDelivery(world.deps, 'simulate', failing(new TransientError('throttled')), passedOn);
    await expect(dying).rejects.toThrow('throttled');
    const again = world.delivery({ stage: 'simulate', taskToken: 'dead' }, { messageId: 'again' });
    await handleDelivery(world.deps, 'simulate', work, again);
    expect(world.sent.at(-1)).toMatchObject({ stage: 'forecast', attempt: 2, replay: { id: 'resend-by-hand' } });
  });

  it('is carried on by a message of the run that comes before its own', async () => {
    await world.extract(work);
    await world.clock.advance(60);
    await world.extract(work, world.delivery({ taskToken: 'token' }, { messageId: 'by-hand' }));
    const own = world.delivery({ stage: 'simulate', taskToken: 'dead' }, { messageId: 'own' });
    await handleDelivery(world.deps, 'simulate', work, own);
    expect(world.sent.at(-1)).toMatchObject({ stage: 'forecast', attempt: 2, replay: { id: 'resend-by-hand' } });
  });

  it('five times in parallel gives one recomputation', async () => {
    await world.extract(work);
    await world.clock.advance(60);
    const copies = [1, 2, 3, 4, 5].map((n) => world.delivery({ taskToken: 'token' }, { messageId: `copy-${n}` }));
    await world.clock.advance(1);
    // It takes as long as the other copies need to find it at work.
    const slow: StageWork = (context) => settle().then(() => work(context));
    await Promise.allSettled(copies.map((copy) => world.extract(slow, copy)));
    for (const copy of copies) {
      await world.extract(work, { ...copy, receiveCount: 2 }).catch(() => {});
    }
    expect(times()).toBe(2);
    expect(world.sent).toHaveLength(1);
  });

  it('as the same replay, however often, is that one replay; after the last stage the Publisher is asked', async () => {
    const replay = { id: 'replay-1', by: 'ops', reason: 'new caps', at: new Date(world.clock.now()).toISOString() };
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
    await world.extract(work);
    await world.clock.advance(60);
    await world.extract(failing(new InputRefused('worse')), world.delivery({}, { messageId: 'by-hand' }));
    expect(await world.store.stage(RUN, WEEK, 'extract')).toMatchObject({
      status: 'FAILED',
      attempt: 2,
      committed: { attempt: 1, ...result(1) },
    });
  });
});
