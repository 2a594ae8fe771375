/** What a command that published says at its end. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FAILURE_NAMES } from '../../shared/pipeline/errors.ts';
import type { Summary } from '../../shared/report/summary.ts';
import type { RunRecord } from '../../shared/pipeline/table/records.ts';
import type { RunView } from '../../shared/pipeline/table/run-store.ts';
import type { Backend } from '../backends/backend.ts';
import { renderRunSummary } from './terminal/run-summary.ts';
import { EXIT } from './exit-codes.ts';

/**
 * Prints how the run's newest revision stands.
 *
 * @param options.tookMs what was waited for, where that was not the whole run
 * @returns the exit code that says the same
 */
export async function reportRevision(
  backend: Backend,
  view: RunView,
  options: { readonly out: string; readonly json: boolean; readonly tookMs?: number },
): Promise<number> {
  const { run } = view;
  if (run.revision === 0) {
    const none = { error: FAILURE_NAMES.unknown, message: 'the state machine ended without a revision' };
    const failure = run.failure ?? none;
    process.stderr.write(`larder: run ${run.runId} failed. ${failure.error}: ${failure.message}\n`);
    return EXIT.failed;
  }
  const summary = JSON.parse(await text(backend, run, 'summary.json')) as Summary;
  const folder =
    backend.place === 'local'
      ? join(run.settings.output ?? 'out', run.runId, `r${run.revision}`)
      : await download(backend, run, options.out);
  if (options.json) process.stdout.write(`${JSON.stringify({ ...summary, output: folder }, undefined, 2)}\n`);
  else process.stdout.write(renderRunSummary(view, summary, folder, backend.place, options.tookMs));
  return exitOf(run);
}

/** By how much of the run is published. */
function exitOf({ status }: RunRecord): number {
  if (status === 'PUBLISHED') return EXIT.published;
  return status === 'PARTIAL' ? EXIT.partial : EXIT.failed;
}

async function text(backend: Backend, run: RunRecord, file: string): Promise<string> {
  return Buffer.from(await backend.published(run, file)).toString('utf8');
}

/** Brings the revision's files here. @returns their folder */
async function download(backend: Backend, run: RunRecord, out: string): Promise<string> {
  const folder = join(out, run.runId, `r${run.revision}`);
  const manifest = JSON.parse(await text(backend, run, 'manifest.json')) as {
    readonly files: Readonly<Record<string, string>>;
  };
  for (const file of [...Object.keys(manifest.files), 'manifest.json']) {
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await backend.published(run, file));
  }
  return folder;
}
