import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../../infra/root.ts';
import { publish } from '../../../functions/publisher/handler.ts';
import { forecastPublishedSchema } from '../../../shared/pipeline/events.ts';
import { z } from '../../../shared/pipeline/schema.ts';
import { RUN } from '../pipeline/world.ts';
import { Publication, WEEKS } from '../../functions/publisher/publication.ts';
import { publishedTwice } from '../../functions/publisher/two-runs.ts';

const SCHEMA_FILE = join(ROOT, 'docs/forecast-published.schema.json');

describe('the event', () => {
  it('is sent when every file that it names is there, and before latest.json moves', async () => {
    const publication = await Publication.of(WEEKS);
    const { blobs } = publication.published;
    const seen: string[] = [];
    const deps: typeof publication.deps = {
      ...publication.deps,
      events: {
        forecastPublished: ({ files }) => {
          for (const { name, sha256 } of files) {
            const body = blobs.get(`run-1/r1/${name}`) ?? '';
            expect(createHash('sha256').update(body).digest('hex')).toBe(sha256);
            seen.push(name);
          }
          expect(blobs.has('latest.json')).toBe(false);
          return Promise.resolve();
        },
      },
    };
    await publish(deps, { runId: RUN });
    const written = [...blobs.keys()].filter((key) => key.startsWith('run-1/')).map((key) => key.slice(9));
    expect(seen.sort()).toEqual(written.filter((file) => file !== 'manifest.json').sort());
    expect(blobs.has('latest.json')).toBe(true);
  });

  it('says the same when a revision that is out is announced again', async () => {
    const publication = await Publication.published();
    await publication.publish();
    expect(publication.events).toHaveLength(2);
    expect(publication.events[1]).toEqual(publication.events[0]);
  });

  it('fits its documented schema, and the document is that schema', async () => {
    const documented: unknown = JSON.parse(await readFile(SCHEMA_FILE, 'utf8'));
    expect(documented).toEqual(z.toJSONSchema(forecastPublishedSchema, { io: 'input' }));
    const publication = await publishedTwice();
    for (const event of publication.events) {
      expect(forecastPublishedSchema.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
    }
  });
});
