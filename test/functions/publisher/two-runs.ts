/** Two runs of the same weeks, published one after the other. */
import type { RunId } from '../../../shared/pipeline/messages.ts';
import { smallSample, spoil, type Files } from '../../shared/pipeline/inputs/files.ts';
import { Publication, WEEKS } from './publication.ts';

export const NEXT = 'run-2' as RunId;
export const next = { runId: NEXT, startedAt: '2026-11-24T08:00:00.000Z' };

/** Yesterday's run published, and today's of `files` after it. */
export async function yesterdayAndToday(files: Files): Promise<Publication> {
  const publication = await Publication.published();
  await publication.addRun(WEEKS, files, next);
  await publication.publish(NEXT);
  return publication;
}

/** More boxes in the first week, and a new article in the place of another. */
export function changed(): Files {
  const files = spoil(smallSample(), 'weeks.csv', /2026-W49,\d+/, '2026-W49,420');
  const added = spoil(files, 'skus.csv', /\nSKU-1001,/, '\nSKU-NEW,Seitan,pack,Meat,9\nSKU-1001,');
  return spoil(added, 'recipes.csv', /,SKU-1175,/g, ',SKU-NEW,');
}

/** A second run, so that every column has values, with a name that is awkward everywhere. */
export function publishedTwice(): Promise<Publication> {
  const files = spoil(smallSample(), 'weeks.csv', /2026-W49,\d+/, '2026-W49,420');
  return yesterdayAndToday(spoil(files, 'skus.csv', /,Chicken breast,/, ',"=HYPERLINK(""x"") 🍗, <b>",'));
}
