import type { Place } from '../../backends/backend.ts';
import { openReader } from '../../backends/open.ts';
import { listedRun } from '../../monitor/to-dto.ts';
import { withOpen } from '../../with-open.ts';
import { EXIT } from '../exit-codes.ts';
import { duration, instant, statusColour, tableOf } from '../terminal/format.ts';
import { STATE_DIRECTORY } from '../state-directory.ts';

/** `larder runs` */
export function runsCommand({ on, json }: { readonly on: Place; readonly json?: true | undefined }): Promise<number> {
  return withOpen(openReader(on, STATE_DIRECTORY), async ({ store }) => {
    const runs = await store.runs('all');
    const rows = await Promise.all(
      runs.map(async (run) => listedRun({ run, weeks: (await store.view(run.runId))?.weeks ?? [] })),
    );
    if (json) {
      const list = rows.map(({ run, weeksDone, weeksFailed }) => ({
        run_id: run.runId,
        status: run.status,
        kind: run.kind,
        label: run.label ?? null,
        weeks: run.weeks,
        weeks_done: weeksDone,
        weeks_failed: weeksFailed,
        revision: run.revision,
        started_at: run.startedAt,
        ended_at: run.endedAt ?? null,
        started_by: run.startedBy ?? null,
        failure: run.failure ?? null,
      }));
      process.stdout.write(`${JSON.stringify(list, undefined, 2)}\n`);
      return EXIT.published;
    }
    if (rows.length === 0) {
      process.stdout.write('No runs yet. Start one with: larder run\n');
      return EXIT.published;
    }
    const table = tableOf(['Run', 'Status', 'Weeks', 'Done', 'Failed', 'Rev', 'Started', 'Took', 'By', 'Label']);
    for (const { run, weeksDone, weeksFailed } of rows) {
      const range = [...new Set([...run.weeks.slice(0, 1), ...run.weeks.slice(-1)])].join(' … ');
      const took = run.endedAt === undefined ? '' : duration(Date.parse(run.endedAt) - Date.parse(run.startedAt));
      table.push([
        run.runId,
        statusColour(run.status),
        range,
        weeksDone,
        weeksFailed,
        run.revision,
        instant(run.startedAt),
        took,
        run.startedBy ?? '',
        run.label ?? '',
      ]);
    }
    process.stdout.write(`${table.toString()}\n`);
    return EXIT.published;
  });
}
