/** The local stack, by its state directory. */
import { resolve } from 'node:path';
import type { RunRecord } from '../../shared/pipeline/table/records.ts';
import type { Backend, Reader } from './backend.ts';
import { directoryInputFiles } from '../local/files.ts';
import { artifactsIn, publishedFiles } from '../local/files.ts';
import { openLocalStack } from '../local/stack.ts';
import { NOTHING_RUNS, openLocalStore } from '../local/store.ts';

function reading(stateDirectory: string) {
  return {
    place: 'local',
    pollMs: 150,
    artifacts: artifactsIn(stateDirectory),
    published: (run: Pick<RunRecord, 'runId' | 'revision' | 'settings'>, file: string) =>
      publishedFiles(run).blobs.get(`${run.runId}/r${run.revision}/${file}`),
  } as const;
}

/**
 * Opens the table for reading. A run that is cancelled through it while another process works on it ends by itself:
 * that process's workers refuse its messages.
 */
export async function openLocalReader(stateDirectory: string): Promise<Reader> {
  const local = await openLocalStore(stateDirectory);
  return {
    ...reading(stateDirectory),
    store: local.store,
    executions: NOTHING_RUNS,
    close: () => local.close(),
  };
}

/** Opens the whole stack. @throws Error while another process runs in the same state directory */
export async function openLocalBackend(stateDirectory: string): Promise<Backend> {
  const stack = await openLocalStack(stateDirectory);
  const { store, queues, executions } = stack;
  return {
    ...reading(stateDirectory),
    store,
    queues,
    executions,
    openInputs: directoryInputFiles,
    defaultInput: undefined,
    bringInput: (folder) => Promise.resolve(resolve(folder)),
    run: (runId, request) => stack.run(runId, request),
    causeOf: (runId) => stack.causeOf(runId),
    close: () => stack.close(),
  };
}
