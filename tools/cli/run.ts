import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { weekOfDate } from '../../shared/domain/iso-week';
import { planRun } from '../../shared/pipeline/plan-run';
import type { RunRecord } from '../../shared/pipeline/records';
import { directoryInputFiles } from '../local/files';
import { openLocalStack, type LocalStack } from '../local/stack';
import { writeSample } from '../sample/sample';
import { EXIT } from './exit';
import { renderClosing } from './closing';
import { followRun } from './progress';
import { requestOf, type RunOptions } from './request';
import { STATE_DIRECTORY } from './state';

/** `larder run` on the local stack. */
export async function runCommand(
  options: RunOptions & { readonly out: string; readonly json?: true | undefined },
): Promise<number> {
  const now = new Date();
  const input = options.input === undefined ? await sampleInput() : resolve(options.input);
  const request = {
    ...requestOf(options),
    input,
    output: resolve(options.out),
    startedBy: userInfo().username,
  };
  // Refused before anything runs, so that a wrong input leaves no run behind; the Configurator checks again.
  await planRun(
    { openInputs: directoryInputFiles, defaultInput: input },
    request,
    weekOfDate(now.toISOString().slice(0, 10)),
  );
  const stack = await openLocalStack(STATE_DIRECTORY);
  try {
    const runId = newRunId(now);
    const ended = stack.run(runId, request);
    await followRun(stack.store, runId, ended, options.json === true);
    return await report(stack, runId, options.json === true);
  } finally {
    await stack.close();
  }
}

/** Sorts by time, and no two are alike. */
function newRunId(now: Date): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stamp}-${randomBytes(2).toString('hex')}`;
}

async function sampleInput(): Promise<string> {
  const folder = join(STATE_DIRECTORY, 'sample');
  await writeSample(folder, {});
  return folder;
}

async function report(stack: LocalStack, runId: string, json: boolean): Promise<number> {
  const view = await stack.view(runId);
  if (view.run.revision === 0) {
    const failure = view.run.failure ?? {
      error: 'Unknown',
      message: 'the state machine ended without a revision',
    };
    process.stderr.write(`larder: run ${runId} failed. ${failure.error}: ${failure.message}\n`);
    return EXIT.failed;
  }
  const folder = outputFolder(view.run);
  const summary = await stack.summary(view.run);
  if (json) process.stdout.write(`${JSON.stringify({ ...summary, output: folder }, undefined, 2)}\n`);
  else process.stdout.write(renderClosing(view, summary, folder));
  return view.run.status === 'PUBLISHED'
    ? EXIT.published
    : view.run.status === 'PARTIAL'
      ? EXIT.partial
      : EXIT.failed;
}

function outputFolder(run: RunRecord): string {
  return join(run.settings.output ?? 'out', run.runId, `r${run.revision}`);
}
