/**
 * What a revision is made of and compared with, decided once and kept: a claim check beside the revision's record.
 *
 * Every revision of a run is compared with what was published before the run's first: a correction, with the same
 * forecast as the revision that it corrects, never with that revision itself.
 */
import pLimit from 'p-limit';
import type { MenuWeek } from '../../shared/domain/model.ts';
import { getArtifact, putArtifact, sha256Hex } from '../../shared/pipeline/artifacts.ts';
import { FAILURE_NAMES, type Failure } from '../../shared/pipeline/errors.ts';
import type { RunId } from '../../shared/pipeline/messages.ts';
import type { Blobs } from '../../shared/pipeline/ports.ts';
import type {
  ArtifactRef,
  CommittedStage,
  RevisionBasis,
  RevisionRecord,
} from '../../shared/pipeline/table/records.ts';
import { FIRST_STAGE, LAST_STAGE } from '../../shared/pipeline/stages.ts';
import type { RunStore, RunView } from '../../shared/pipeline/table/run-store.ts';

/** Pointers that are read at the same time. */
const MAX_READS = 25;

export interface BasisDeps {
  readonly store: RunStore;
  readonly artifacts: Blobs;
}

const NOTHING: RevisionBasis = { weeks: {}, failures: {}, stages: [], previous: {} };

const NOT_COMPLETE: Failure = { error: FAILURE_NAMES.notComplete, message: 'the week did not come to an end' };

/** As it is stored: up to version 0.1.0, `previous` was named `baselines`. */
interface StoredBasis extends Omit<RevisionBasis, 'previous'> {
  readonly previous?: RevisionBasis['previous'];
  readonly baselines?: RevisionBasis['previous'];
}

/** What a revision was made of; empty for a record without one. */
export async function basisOf(
  artifacts: Blobs,
  record: Pick<RevisionRecord, 'basis'> | undefined,
): Promise<RevisionBasis> {
  if (!record?.basis) return NOTHING;
  const { baselines = {}, previous = baselines, ...basis } = await getArtifact<StoredBasis>(artifacts, record.basis);
  return { ...basis, previous };
}

/**
 * Decides what the run's next revision is made of and compared with, and stores that.
 *
 * @param first the run's first revision, where there is one: its comparison is kept
 */
export async function takeBasis(
  deps: BasisDeps,
  view: RunView,
  first: RevisionRecord | undefined,
): Promise<ArtifactRef> {
  const { runId } = view.run;
  const weeks: Record<string, ArtifactRef> = {};
  const failures: Record<string, RevisionBasis['failures'][string]> = {};
  const stages: CommittedStage[] = [];
  for (const { week, stage, committed } of view.stages) {
    if (!committed) continue;
    if (stage === LAST_STAGE) weeks[week] = committed.artifact;
    const { attempt, startedAt, committedAt } = committed;
    stages.push({ week, stage, attempt, startedAt, committedAt });
  }
  for (const week of view.run.weeks) {
    if (week in weeks) continue;
    const row = view.weeks.find((item) => item.week === week);
    failures[week] = { attempt: row?.attempt ?? 1, failure: row?.failure ?? NOT_COMPLETE };
  }
  const previous = first?.basis
    ? (await basisOf(deps.artifacts, first)).previous
    : await publishedBefore(deps.store, runId, view.run.weeks);
  const reads = stages.filter(({ stage }) => stage === FIRST_STAGE).map(({ startedAt }) => startedAt);
  const oldest = reads.sort().at(0);
  const basis: RevisionBasis = {
    weeks,
    failures,
    stages,
    previous,
    ...(oldest === undefined ? {} : { inputsReadAt: oldest }),
  };
  // Two publishers at once may see different pointers: each has a place of its own, the record says which counts.
  const key = `artifacts/${runId}/basis-${sha256Hex(JSON.stringify(basis)).slice(0, 16)}.cbor`;
  return putArtifact(deps.artifacts, key, basis);
}

/** What is published for each week now, by other runs than this one. */
async function publishedBefore(
  store: RunStore,
  runId: RunId,
  weeks: readonly MenuWeek[],
): Promise<RevisionBasis['previous']> {
  const found = new Map<MenuWeek, RevisionBasis['previous'][string]>();
  const publishedAt = new Map<string, Promise<string | undefined>>();
  const instantOf = async (run: RunId, revision: number) =>
    (await store.revisions(run)).find((one) => one.revision === revision)?.publishedAt;
  await pLimit(MAX_READS).map(weeks, async (week) => {
    const pointer = await store.publishedWeek(week);
    if (!pointer || pointer.runId === runId) return;
    const id = `${pointer.runId}/r${pointer.revision}`;
    const instant = publishedAt.get(id) ?? instantOf(pointer.runId, pointer.revision);
    publishedAt.set(id, instant);
    const at = await instant;
    found.set(week, {
      runId: pointer.runId,
      revision: pointer.revision,
      startedAt: pointer.startedAt,
      artifact: pointer.artifact,
      ...(at === undefined ? {} : { publishedAt: at }),
    });
  });
  return Object.fromEntries(
    weeks.flatMap((week) => {
      const previous = found.get(week);
      return previous ? [[week, previous] as const] : [];
    }),
  );
}
