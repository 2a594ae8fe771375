import { recordFailure } from '../../../functions/failure-recorder/handler.ts';
import type { MenuWeek } from '../../../shared/domain/model.ts';
import { RUN, WEEK, World } from '../../shared/pipeline/world.ts';

const depsOf = (world: World) => ({ ...world.deps, codeVersion: 'test' });

describe('the failure recorder', () => {
  it('records a time-out, which has no cause, and leaves a recorded reason alone', async () => {
    const world = await new World().configured();
    await recordFailure(depsOf(world), { runId: RUN, week: WEEK, failure: { Error: 'States.Timeout' } });
    expect(await world.store.week(RUN, WEEK)).toMatchObject({ status: 'FAILED', failure: { error: 'States.Timeout' } });
    await recordFailure(depsOf(world), { runId: RUN, week: WEEK, failure: { Error: 'Other', Cause: 'later' } });
    expect(await world.store.week(RUN, WEEK)).toMatchObject({ failure: { error: 'States.Timeout' } });
  });

  it('ends the weeks of a run that failed, those too that its Configurator never wrote', async () => {
    const world = await new World().configured();
    const other = '2026-W50' as MenuWeek;
    await world.store.updateRun(RUN, (run) => run && { ...run, weeks: [WEEK, other] });
    await recordFailure(depsOf(world), { runId: RUN, failure: { Error: 'Lambda.Unknown' } });
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
    await recordFailure(depsOf(world), { runId: RUN, correction, failure: { Error: 'Lambda.Unknown' } });
    expect(await world.store.view(RUN)).toEqual(before);
  });
});
