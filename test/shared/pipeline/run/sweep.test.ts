import { sweepAfterRestart } from '../../../../shared/pipeline/run/sweep.ts';
import { RUN, START, WEEK, World } from '../world.ts';

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
    expect(await world.store.week(RUN, WEEK)).toMatchObject({ status: 'FAILED', failure: { error: 'Interrupted' } });
    expect(await world.store.run(RUN)).toMatchObject({ status: 'PUBLISHED' });
  });
});
