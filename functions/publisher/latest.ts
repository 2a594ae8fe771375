/** The pointers to what was published last: they move once the files are there, and never backwards. */
import { eachInBatches } from '../../shared/pipeline/batches';
import type { RevisionRecord, RunRecord } from '../../shared/pipeline/records';
import type { PublisherDeps } from './handler';
import type { LoadedWeek } from './load-weeks';

/** Pointers moved side by side. */
const WRITERS = 25;

/** Whether (start, revision) is newer than what a pointer stands at. */
function isNewer(
  run: RunRecord,
  record: RevisionRecord,
  now: { readonly runId: string; readonly startedAt: string; readonly revision: number } | undefined,
): boolean {
  if (!now) return true;
  if (now.runId === run.runId) return record.revision > now.revision;
  return run.startedAt > now.startedAt || (run.startedAt === now.startedAt && run.runId > now.runId);
}

/**
 * Moves the pointer of every published week, and, for a complete run, `latest.json`. A what-if moves none.
 * The table's pointer decides; the file is written from it until both agree, so two publishers at once end
 * with the newer one in the file.
 */
export async function moveLatest(
  deps: PublisherDeps,
  run: RunRecord,
  record: RevisionRecord,
  weeks: readonly LoadedWeek[],
): Promise<void> {
  if (run.kind === 'what-if') return;
  const { runId, startedAt } = run;
  const { revision } = record;
  await eachInBatches(weeks, WRITERS, async ({ week, artifact }) => {
    if (!artifact) return;
    await deps.store.updatePublishedWeek(week, (now) =>
      isNewer(run, record, now) ? { week, runId, revision, startedAt, artifact } : undefined,
    );
  });
  if (record.status !== 'PUBLISHED') return;
  let pointer = await deps.store.updateLatest((now) =>
    isNewer(run, record, now) ? { runId, revision, startedAt } : undefined,
  );
  const { blobs } = deps.published(run);
  while (pointer) {
    const { version, runId: run_id, revision: newest } = pointer;
    const body = { run_id, revision: newest, path: `${run_id}/r${newest}` };
    await blobs.put(
      'latest.json',
      Buffer.from(`${JSON.stringify(body, undefined, 2)}\n`),
      'application/json',
    );
    const after = await deps.store.latest();
    if (after?.version === version) return;
    pointer = after;
  }
}
