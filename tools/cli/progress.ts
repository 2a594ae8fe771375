/** What a person sees while a run is under way: a grid on a terminal, plain lines elsewhere. */
import { setTimeout as wait } from 'node:timers/promises';
import type { RunId } from '../../shared/pipeline/messages';
import type { RunStore, RunView } from '../../shared/pipeline/run-store';
import { duration } from './format';
import { renderGrid } from './grid';

const EVERY_MS = 150;

/** Shows the run on standard error until `ended` resolves; `quiet` shows nothing. */
export async function followRun(
  store: RunStore,
  runId: string,
  ended: Promise<void>,
  quiet: boolean,
): Promise<void> {
  if (quiet) return ended;
  const show = process.stderr.isTTY ? await liveGrid() : plainLines();
  const over = ended.then(() => true as const);
  for (;;) {
    const done = await Promise.race([over, wait(EVERY_MS, false as const)]);
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
  const said = new Set<string>();
  const say = (line: string) => {
    if (said.has(line)) return;
    said.add(line);
    process.stderr.write(`${line}\n`);
  };
  return (view) => {
    for (const row of view.stages) {
      if (row.status === 'RUNNING') continue;
      const took =
        row.endedAt === undefined
          ? ''
          : ` in ${duration(Date.parse(row.endedAt) - Date.parse(row.startedAt))}`;
      const why =
        row.failure && row.status !== 'COMPLETE' ? `: ${row.failure.error}: ${row.failure.message}` : '';
      say(`${row.week} ${row.stage} ${row.status}${took}${why}`);
    }
  };
}
