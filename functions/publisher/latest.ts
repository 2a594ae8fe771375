/** The pointers to what was published last: they move once the files are there, and never backwards. */
import pLimit from 'p-limit';
import type { RevisionRecord, RunRecord } from '../../shared/pipeline/table/records.ts';
import type { PublisherDeps } from './deps.ts';
import type { LoadedWeek } from '../../shared/report/loaded-week.ts';

const FILE = 'latest.json';
/** Pointers that are written at the same time. */
const MAX_WRITES = 25;

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
 * The table's pointer decides, and the file follows it.
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
  await pLimit(MAX_WRITES).map(weeks, async ({ week, artifact }) => {
    if (!artifact) return;
    await deps.store.updatePublishedWeek(week, (now) =>
      isNewer(run, record, now) ? { week, runId, revision, startedAt, artifact } : undefined,
    );
  });
  if (record.status !== 'PUBLISHED') return;
  await deps.store.updateLatest((now) => (isNewer(run, record, now) ? { runId, revision, startedAt } : undefined));
  await writeFile(deps, run);
}

/**
 * Writes what the pointer says, until the file says it. The file is read before the pointer: whoever writes it after
 * that makes this write fail, so it never goes back, however many write and however late.
 */
async function writeFile(deps: PublisherDeps, run: RunRecord): Promise<void> {
  const { blobs } = deps.published(run);
  for (;;) {
    const file = await blobs.find(FILE);
    const pointer = await deps.store.latest();
    if (!pointer) return;
    const { runId: run_id, revision } = pointer;
    const content = { run_id, revision, path: `${run_id}/r${revision}` };
    const body = Buffer.from(`${JSON.stringify(content, undefined, 2)}\n`);
    if (file && body.equals(file.body)) return;
    if (await blobs.replace(FILE, body, 'application/json', file?.version)) return;
  }
}
