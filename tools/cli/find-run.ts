import type { RunId } from '../../shared/pipeline/messages.ts';
import type { RunView } from '../../shared/pipeline/table/run-store.ts';
import type { Reader } from '../backends/backend.ts';
import { UsageError } from './errors.ts';

/** That a person named a run that there is not. */
export function unknownRun(runId: string): UsageError {
  return new UsageError(`There is no run ${runId}. List them with: larder runs`);
}

/**
 * Reads a run that a person named.
 *
 * @throws {@link UsageError} where there is no such run
 */
export async function findRun({ store }: Pick<Reader, 'store'>, runId: string): Promise<RunView> {
  const view = await store.view(runId as RunId);
  if (!view) throw unknownRun(runId);
  return view;
}
