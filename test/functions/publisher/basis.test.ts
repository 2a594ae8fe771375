import { basisOf } from '../../../functions/publisher/basis.ts';
import { publish } from '../../../functions/publisher/handler.ts';
import { putArtifact, sha256Hex } from '../../../shared/pipeline/artifacts.ts';
import type { RunId } from '../../../shared/pipeline/messages.ts';
import { smallSample } from '../../shared/pipeline/inputs/files.ts';
import { RUN, World } from '../../shared/pipeline/world.ts';
import { Publication, WEEKS } from './publication.ts';
import { changed, next, NEXT, yesterdayAndToday } from './two-runs.ts';

const third = { runId: 'run-3' as RunId, startedAt: '2026-11-25T08:00:00.000Z' };

describe('the forecast that a revision is compared with', () => {
  it('sticks to the forecast it chose when the Publisher died and another run came first', async () => {
    const publication = await Publication.published();
    await publication.addRun(WEEKS, changed(), next);
    const died = () => Promise.reject(new Error('died'));
    const dead = () => ({ location: 'files', blobs: { put: died, get: died, find: died, replace: died } });
    await expect(publish({ ...publication.deps, published: dead }, { runId: NEXT })).rejects.toThrow('died');
    await publication.addRun(WEEKS, smallSample(), third);
    await publication.publish(third.runId);
    await publication.publish(NEXT);
    expect(publication.summary('run-2/r1').previous).toMatchObject({ run_id: RUN });

    const undisturbed = await yesterdayAndToday(changed());
    const files = (of: Publication) =>
      [...of.published.blobs]
        .filter(([key]) => key.startsWith('run-2/'))
        .map(([key, bytes]) => `${key} ${sha256Hex(bytes)}`);
    expect(files(publication)).toEqual(files(undisturbed));
  });

  it('compares a what-if with the last baseline, and is compared with nothing itself', async () => {
    const publication = await Publication.published();
    await publication.addRun(WEEKS, changed(), { ...next, kind: 'what-if' });
    await publication.publish(NEXT);
    expect(publication.summary('run-2/r1').previous).toMatchObject({ run_id: RUN });
    await publication.addRun(WEEKS, smallSample(), third);
    await publication.publish(third.runId);
    expect(publication.summary('run-3/r1').previous).toMatchObject({ run_id: RUN });
    expect(publication.rows('run-3/r1/changes.csv')).toEqual([]);
  });

  it('is found in what version 0.1.0 stored, under its old name', async () => {
    const { artifacts } = new World();
    const previous = { [WEEKS[0]]: { runId: RUN, revision: 1, artifact: { key: 'a', sha256: 'b', bytes: 1 } } };
    const basis = await putArtifact(artifacts, 'basis', { weeks: {}, failures: {}, stages: [], baselines: previous });
    expect(await basisOf(artifacts, { basis })).toEqual({ weeks: {}, failures: {}, stages: [], previous });
  });
});
