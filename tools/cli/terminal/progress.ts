/** What a person sees while a run is under way: a grid on a terminal, plain lines elsewhere. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Failure } from '../../../shared/pipeline/errors.ts';
import type { RunId } from '../../../shared/pipeline/messages.ts';
import type { RunView } from '../../../shared/pipeline/table/run-store.ts';
import type { Reader } from '../../backends/backend.ts';
import { duration } from './format.ts';
import { renderGrid } from './grid.ts';

/** How far this computer's clock and the workers' may differ. */
const MAX_CLOCK_SKEW_MS = 2_000;

/** Shows the run on standard error until `ended` resolves; `quiet` shows nothing. */
export async function followRun(
  { store, pollMs }: Pick<Reader, 'store' | 'pollMs'>,
  runId: string,
  ended: Promise<void>,
  quiet: boolean,
): Promise<void> {
  if (quiet) return ended;
  const show = process.stderr.isTTY ? await liveGrid() : plainLines();
  const over = ended.then(() => true as const);
  for (;;) {
    const done = await Promise.race([over, wait(pollMs, false as const)]);
    const view = await store.view(runId as RunId);
    if (view) show(view);
    if (done) return;
  }
}

async function liveGrid(): Promise<(view: RunView) => void> {
  const { createLogUpdate } = await import('log-update');
  const update = createLogUpdate(process.stderr);
  return (view) => update(renderGrid(view, Date.now()));
}

function plainLines(): (view: RunView) => void {
  const printed = new Set<string>();
  const print = (line: string) => {
    if (printed.has(line)) return;
    printed.add(line);
    process.stderr.write(`${line}\n`);
  };
  // Stages that ended before belong to an earlier attempt.
  const startedAt = Date.now();
  return (view) => {
    for (const row of view.stages) {
      if (Date.parse(row.startedAt) < startedAt - MAX_CLOCK_SKEW_MS) continue;
      if (row.status === 'RUNNING') continue;
      const took =
        row.endedAt === undefined ? '' : ` in ${duration(Date.parse(row.endedAt) - Date.parse(row.startedAt))}`;
      const why = row.failure && row.status !== 'COMPLETE' ? `: ${firstLineOf(row.failure)}` : '';
      print(`${row.week} ${row.stage} ${row.status}${took}${why}`);
    }
  };
}

/** The first line: the end of the run says the rest. */
function firstLineOf({ error, message }: Failure): string {
  const [first, ...more] = message.split('\n');
  return `${error}: ${first}${more.length > 0 ? ' …' : ''}`;
}
