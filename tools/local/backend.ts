import { resolve } from 'node:path';
import type { Backend, Reader } from '../backend';
import { directoryInputFiles } from './files';
import { NOTHING_RUNS, openLocalStack, openLocalStore, publishedFiles } from './stack';

const LOCAL = {
  place: 'local',
  pollMs: 150,
  published: (run, file) => publishedFiles(run).blobs.get(`${run.runId}/r${run.revision}/${file}`),
} as const satisfies Partial<Reader>;

/** The workers of a run that goes on in another process refuse its messages: its execution ends by itself. */
export async function openLocalReader(stateDirectory: string): Promise<Reader> {
  const local = await openLocalStore(stateDirectory);
  return { ...LOCAL, store: local.store, executions: NOTHING_RUNS, close: () => local.close() };
}

/** @throws Error while another process runs in the same state directory */
export async function openLocalBackend(stateDirectory: string): Promise<Backend> {
  const stack = await openLocalStack(stateDirectory);
  const { store, queues, executions } = stack;
  return {
    ...LOCAL,
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
