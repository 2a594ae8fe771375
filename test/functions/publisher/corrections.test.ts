import { smallSample } from '../../shared/pipeline/inputs/files.ts';
import { RUN } from '../../shared/pipeline/world.ts';
import { WEEKS } from './publication.ts';
import { changed, NEXT, yesterdayAndToday } from './two-runs.ts';

describe('a correction', () => {
  it('keeps the comparison in a correction, and says apart from it what the correction changed', async () => {
    const publication = await yesterdayAndToday(smallSample());
    expect(publication.rows('run-2/r1/changes.csv')).toEqual([]);
    await publication.commit(WEEKS[0], 2, changed(), { runId: NEXT });
    const correction = { id: 'x', by: 'Ada', reason: 'more boxes', at: '2026-11-24T09:00:00Z' };
    await publication.publish(NEXT, correction);
    const { previous, corrects } = publication.summary('run-2/r2');
    expect(previous).toMatchObject({ run_id: RUN, revision: 1 });
    expect(corrects).toMatchObject({ revision: 1, weeks: [WEEKS[0]] });
    expect(corrects?.top_changes.length).toBeGreaterThan(0);

    await publication.commit(WEEKS[0], 3, smallSample(), { runId: NEXT });
    await publication.publish(NEXT, { ...correction, id: 'y' });
    const third = publication.summary('run-2/r3');
    expect(third.top_changes).toEqual([]);
    expect(third.corrects?.top_changes.map(({ sku, delta }) => [sku, -delta])).toEqual(
      corrects?.top_changes.map(({ sku, delta }) => [sku, delta]),
    );
  });
});
