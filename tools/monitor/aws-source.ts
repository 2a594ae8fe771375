/** The monitor's data from the deployed stack. */
import { NotFoundError } from '../../shared/pipeline/errors';
import { sendReplay } from '../../shared/pipeline/replay';
import { STACK_NAME } from '../../infra/config';
import { openBackend } from '../backend';
import { planFor, startedText } from './replay';
import { RunList } from './run-list';
import type { MonitorSource } from './source';

/** @throws UsageError where there is no deployed stack */
export async function awsSource(): Promise<MonitorSource> {
  const backend = await openBackend('aws', '');
  const list = new RunList();
  return {
    place: `the stack ${STACK_NAME} on AWS`,
    runs: () => list.read(backend.store),
    view: (runId) => backend.store.view(runId),
    file: async (run, revision, name) => {
      try {
        return await backend.published(run, name, revision);
      } catch (error) {
        if (error instanceof NotFoundError) return undefined;
        throw error;
      }
    },
    replay: async (request) => {
      const plan = planFor(await backend.store.view(request.runId), request);
      await sendReplay(backend, plan);
      return startedText(plan);
    },
    close: () => backend.close(),
  };
}
