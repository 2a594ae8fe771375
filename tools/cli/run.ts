import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import Table from 'cli-table3';
import pc from 'picocolors';
import type { Summary } from '../../functions/publisher/summary';
import { weekOfDate } from '../../shared/domain/iso-week';
import { planRun } from '../../shared/pipeline/plan-run';
import type { RunRecord } from '../../shared/pipeline/records';
import type { RunView } from '../../shared/pipeline/run-store';
import { directoryInputFiles } from '../local/files';
import { openLocalStack, type LocalStack } from '../local/stack';
import { writeSample } from '../sample/sample';
import { EXIT } from './exit';
import { duration, statusColour } from './format';
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
  else process.stdout.write(closing(view, summary, folder));
  return view.run.status === 'PUBLISHED'
    ? EXIT.published
    : view.run.status === 'PARTIAL'
      ? EXIT.partial
      : EXIT.failed;
}

function outputFolder(run: RunRecord): string {
  return join(run.settings.output ?? 'out', run.runId, `r${run.revision}`);
}

function closing(view: RunView, summary: Summary, folder: string): string {
  const { run } = view;
  const factories = [...new Map(summary.sites.map((site) => [site.factory, site.name])).values()];
  const table = new Table({
    head: ['Week', ...factories, 'Boxes', 'Placed', 'Unallocated'],
    colAligns: ['left', ...factories.map(() => 'right' as const), 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const week of summary.weeks) {
    const sites = summary.sites.filter((site) => site.menu_week === week.menu_week);
    if (week.status === 'FAILED') {
      table.push([week.menu_week, { colSpan: factories.length + 3, content: pc.red('FAILED') }]);
      continue;
    }
    const cells = sites.map(({ boxes, cap, utilisation }) => {
      const limit = cap === null ? 'no cap' : cap;
      return `${boxes} / ${limit}${utilisation === null ? '' : ` (${(100 * utilisation).toFixed(0)}%)`}`;
    });
    table.push([week.menu_week, ...cells, String(week.boxes), String(week.placed), String(week.unallocated)]);
  }
  const took = duration(Date.parse(run.endedAt ?? run.startedAt) - Date.parse(run.startedAt));
  const lines = [table.toString()];
  for (const { severity, menu_week, message } of summary.alerts) {
    const mark = severity === 'error' ? pc.red('error') : pc.yellow('warning');
    lines.push(`${mark} ${menu_week}: ${message}`);
  }
  lines.push(`Run ${pc.bold(run.runId)} ${statusColour(run.status)} in ${took}: boxes against cap above.`);
  lines.push(`Files: ${folder}`);
  return `${lines.join('\n')}\n`;
}
