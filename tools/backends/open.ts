/** Opens the backend of a place; its code is loaded when it is asked for. */
import type { Backend, Place, Reader } from './backend.ts';

/**
 * Opens a place for reading, also while another process runs there.
 *
 * @param stateDirectory where the local stack keeps its state; the deployed stack is found by its outputs
 * @throws UsageError for `aws` where the deployed stack cannot be reached
 */
export async function openReader(place: Place, stateDirectory: string): Promise<Reader> {
  if (place === 'aws') return openAws();
  const { openLocalReader } = await import('./local.ts');
  return openLocalReader(stateDirectory);
}

/**
 * Opens a place for running and replaying.
 *
 * @param stateDirectory as of {@link openReader}
 * @throws UsageError for `aws` where the deployed stack cannot be reached
 * @throws Error for `local` while another process runs in the state directory
 */
export async function openBackend(place: Place, stateDirectory: string): Promise<Backend> {
  if (place === 'aws') return openAws();
  const { openLocalBackend } = await import('./local.ts');
  return openLocalBackend(stateDirectory);
}

async function openAws(): Promise<Backend> {
  const { openAwsBackend } = await import('./aws.ts');
  return openAwsBackend();
}
