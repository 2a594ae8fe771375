import { publish } from '../../../functions/publisher/handler.ts';
import { RUN } from '../../shared/pipeline/world.ts';
import { Publication, WEEKS } from './publication.ts';
import { changed, next, NEXT } from './two-runs.ts';

// Forecasts whole weeks, also on a busy computer.
jest.setTimeout(60_000);

describe('a week that is loaded', () => {
  it('does without a last forecast whose artifact is gone', async () => {
    const publication = await Publication.of(WEEKS);
    await publish(publication.deps, { runId: RUN });
    for (const key of [...publication.world.artifacts.blobs.keys()]) {
      if (key.startsWith(RUN)) publication.world.artifacts.blobs.delete(key);
    }
    await publication.addRun(WEEKS, changed(), next);
    expect(await publish(publication.deps, { runId: NEXT })).toMatchObject({ status: 'PUBLISHED' });
    expect(publication.summary('run-2/r1').previous).toBeNull();
  });
});
