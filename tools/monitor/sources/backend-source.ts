/** The monitor's data from a deployed stack: its table, its bucket, and its queues for replays. */
import { ReplayRefused, sendReplay } from '../../../shared/pipeline/run/replay.ts';
import type { Backend } from '../../backends/backend.ts';
import { planOf, startedText } from './replay-plan.ts';
import { RunList } from './run-list.ts';
import { ifThere, type MonitorSource } from './source.ts';

/** @param place what the page calls it */
export function backendSource(backend: Backend, place: string): MonitorSource {
  const { store } = backend;
  const list = new RunList();
  return {
    place,
    runs: () => list.read(store),
    view: (runId) => store.view(runId),
    file: (run, revision, name) => ifThere(backend.published({ ...run, revision }, name)),
    replay: async (request) => {
      const view = await store.view(request.runId);
      if (!view) throw new ReplayRefused(`There is no run ${request.runId}.`);
      await sendReplay(backend, planOf(request, view));
      return startedText(request, view);
    },
    close: () => backend.close(),
  };
}
