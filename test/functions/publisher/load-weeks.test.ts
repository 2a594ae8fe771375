import { encode } from 'cbor-x';
import { sha256Hex } from '../../../shared/pipeline/artifacts.ts';
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

  it.each([0, 9])('does without a last forecast of a format that this release does not read (%i)', async (v) => {
    const publication = await Publication.published();
    const { store, artifacts } = publication.world;
    const body = encode({ v });
    await artifacts.put('other-format', body);
    const artifact = { key: 'other-format', sha256: sha256Hex(body), bytes: body.length };
    for (const week of WEEKS) await store.updatePublishedWeek(week, (now) => now && { ...now, artifact });
    await publication.addRun(WEEKS, changed(), next);
    expect(await publication.publish(NEXT)).toMatchObject({ status: 'PUBLISHED' });
    expect(publication.summary('run-2/r1').previous).toBeNull();
  });
});
