import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { weekOfDate } from '../../../shared/domain/iso-week.ts';
import type { RunId } from '../../../shared/pipeline/messages.ts';
import { planRun } from '../../../shared/pipeline/run/plan-run.ts';
import type { Backend, Place } from '../../backends/backend.ts';
import { openBackend } from '../../backends/open.ts';
import { directoryInputFiles } from '../../local/files.ts';
import { writeSample } from '../../sample/sample.ts';
import { withOpen } from '../../with-open.ts';
import { checkOutFolder } from '../out-folder.ts';
import { followRun } from '../terminal/progress.ts';
import { reportRevision } from '../report-revision.ts';
import { requestOf, type RunOptions } from '../request.ts';
import { STATE_DIRECTORY } from '../state-directory.ts';
import { UsageError } from '../errors.ts';
import { operator } from '../operator.ts';

/** `larder run` */
export async function runCommand(
  options: RunOptions & { readonly out: string; readonly on: Place; readonly json?: true | undefined },
): Promise<number> {
  const now = new Date();
  const settings = requestOf(options);
  const folder = await inputFolder(options);
  // Refused before anything is opened, so that a wrong input leaves nothing behind; the Configurator checks again.
  if (folder !== undefined)
    await planRun({ openInputs: directoryInputFiles, defaultInput: folder }, settings, thisWeek(now));
  await checkOutFolder(options.out);
  return withOpen(openBackend(options.on, STATE_DIRECTORY), async (backend) => {
    const input = folder === undefined ? options.input : await backend.bringInput(folder);
    const request = {
      ...settings,
      ...(input === undefined ? {} : { input }),
      ...(backend.place === 'local' ? { output: resolve(options.out) } : {}),
      startedBy: operator(),
    };
    if (folder === undefined) {
      const defaultInput = backend.defaultInput ?? '';
      await planRun({ openInputs: backend.openInputs, defaultInput }, request, thisWeek(now));
    }
    const runId = newRunId(now);
    const json = options.json === true;
    await followRun(backend, runId, backend.run(runId, request), json);
    return reportRevision(backend, await viewOf(backend, runId), { out: options.out, json });
  });
}

/** The folder of inputs on this computer; undefined where they lie in S3. */
async function inputFolder({ input, on }: { input?: string | undefined; on: Place }) {
  if (input !== undefined && input.startsWith('s3://')) {
    if (on === 'aws') return undefined;
    throw new UsageError(`--input ${input}: a local run reads a folder; add --on aws for a run on AWS.`);
  }
  if (input !== undefined) return resolve(input);
  if (on === 'aws') return undefined;
  const folder = join(STATE_DIRECTORY, 'sample');
  await writeSample(folder, {});
  return folder;
}

function thisWeek(now: Date) {
  return weekOfDate(now.toISOString().slice(0, 10));
}

/** Sorts by time, and no two are alike. */
function newRunId(now: Date): RunId {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stamp}-${randomBytes(2).toString('hex')}` as RunId;
}

async function viewOf(backend: Backend, runId: RunId) {
  const view = await backend.store.view(runId);
  if (!view) throw new Error(`Run ${runId} left no record: ${await backend.causeOf(runId)}`);
  return view;
}
