import { RUN } from '../../shared/pipeline/world.ts';
import { Publication, WEEKS } from './publication.ts';
import { changed, next, NEXT } from './two-runs.ts';

describe('a week that is loaded', () => {
  it('does without a last forecast whose artifact is gone', async () => {
    const publication = await Publication.published();
    for (const key of [...publication.world.artifacts.blobs.keys()]) {
      if (key.startsWith(RUN)) publication.world.artifacts.blobs.delete(key);
    }
    await publication.addRun(WEEKS, changed(), next);
    expect(await publication.publish(NEXT)).toMatchObject({ status: 'PUBLISHED' });
    expect(publication.summary('run-2/r1').previous).toBeNull();
  });
});
