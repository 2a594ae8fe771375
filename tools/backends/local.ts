/** The local stack, by its state directory. */
import { resolve } from 'node:path';
import type { Backend, Reader } from './backend.ts';
import { artifactsIn, directoryInputFiles, publishedFiles } from '../local/files.ts';
import { openLocalStack } from '../local/stack.ts';
import { NOTHING_RUNS, openLocalStore } from '../local/store.ts';

function reading(stateDirectory: string): Pick<Reader, 'place' | 'pollMs' | 'artifacts' | 'published'> {
  return {
    place: 'local',
    pollMs: 150,
    artifacts: artifactsIn(stateDirectory),
    published: (run, file) => publishedFiles(run).blobs.get(`${run.runId}/r${run.revision}/${file}`),
  };
}

/**
 * Opens the table for reading. A run that is cancelled through it while another process works on it ends by itself:
 * that process's workers refuse its messages.
 */
export async function openLocalReader(stateDirectory: string): Promise<Reader> {
  return { ...(await openLocalStore(stateDirectory)), ...reading(stateDirectory), executions: NOTHING_RUNS };
}

/** Opens the whole stack. @throws Error while another process runs in the same state directory */
export async function openLocalBackend(stateDirectory: string): Promise<Backend> {
  return {
    ...(await openLocalStack(stateDirectory)),
    ...reading(stateDirectory),
    openInputs: directoryInputFiles,
    defaultInput: undefined,
    bringInput: (folder) => Promise.resolve(resolve(folder)),
  };
}
