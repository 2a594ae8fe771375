import { putArtifact } from '../../shared/pipeline/artifacts.ts';
import type { Blobs } from '../../shared/pipeline/ports.ts';
import { readSnapshot, type OpenInputs } from '../../shared/pipeline/inputs/read-snapshot.ts';
import type { RunStore } from '../../shared/pipeline/table/run-store.ts';
import type { WeekSnapshot } from '../../shared/pipeline/inputs/snapshot.ts';
import type { StageWork } from '../../shared/pipeline/stage/stage-worker.ts';

export interface ExtractorDeps {
  readonly store: RunStore;
  readonly artifacts: Blobs;
  readonly openInputs: OpenInputs;
}

/** The Data Extractor: one week's slice of the inputs, validated, with what was last published for it. */
export function extractData(deps: ExtractorDeps): StageWork {
  return async ({ run, message, artifactKey }) => {
    const read = await readSnapshot(deps.openInputs, run, message.week);
    const published = await deps.store.publishedWeek(message.week);
    const snapshot: WeekSnapshot = { ...read, ...(published ? { previous: pointerOf(published) } : {}) };
    const { week, warnings } = snapshot;
    return {
      artifact: await putArtifact(deps.artifacts, artifactKey, snapshot),
      summary: { boxes: week.boxes, recipes: week.recipes.length, skus: week.skus.length, warnings: warnings.length },
    };
  };
}

function pointerOf({ runId, revision, artifact }: NonNullable<WeekSnapshot['previous']>) {
  return { runId, revision, artifact };
}
