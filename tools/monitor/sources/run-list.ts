/** The runs with their counts, without reading every run's weeks every second. */
import type { RunId } from '../../../shared/pipeline/messages.ts';
import type { RunStore } from '../../../shared/pipeline/table/run-store.ts';
import type { ListedRun } from './source.ts';
import { listedRun } from '../to-dto.ts';

const MAX_RUNS = 100;
/** A replay moves the weeks of a run that has ended without a change of the run itself. */
const MAX_AGE_MS = 10_000;

/** Reads a run's weeks again only when they may have changed. */
export class RunList {
  private readonly kept = new Map<RunId, { readonly at: number; readonly listed: ListedRun }>();

  /** Newest first. */
  async read(store: RunStore): Promise<ListedRun[]> {
    const now = Date.now();
    const runs = await store.runs('all', MAX_RUNS);
    return Promise.all(
      runs.map(async (run) => {
        const kept = this.kept.get(run.runId);
        const isFresh =
          kept?.listed.run.version === run.version && run.status !== 'RUNNING' && now - kept.at < MAX_AGE_MS;
        if (isFresh) return kept.listed;
        const view = await store.view(run.runId);
        const listed = listedRun(view ?? { run, weeks: [] });
        this.kept.set(run.runId, { at: now, listed });
        return listed;
      }),
    );
  }
}
