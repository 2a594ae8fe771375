/** A run as a grid: a row a week, a cell a stage. */
import pc from 'picocolors';
import { HEARTBEAT_SECONDS } from '../../../shared/pipeline/table/lease.ts';
import { STAGES, type Stage, STAGE_CATALOGUE } from '../../../shared/pipeline/stages.ts';
import type { StageRecord, WeekRecord } from '../../../shared/pipeline/table/records.ts';
import type { RunView } from '../../../shared/pipeline/table/run-store.ts';
import { duration, statusColour, tableOf } from './format.ts';

/** @param now milliseconds since the epoch, for what still runs */
export function renderGrid(view: RunView, now: number): string {
  const titles = STAGES.map((stage) => STAGE_CATALOGUE[stage].title);
  const table = tableOf(['Week', ...titles, 'Attempt', 'Week is']);
  for (const week of view.weeks) {
    const cells = STAGES.map((stage) => cell(stageOf(view, week, stage), now));
    table.push([week.week, ...cells, week.attempt, statusColour(week.status)]);
  }
  return table.toString();
}

/** The stage's row of the week; undefined where it has not begun. */
export function stageOf(view: RunView, week: WeekRecord, stage: Stage): StageRecord | undefined {
  return view.stages.find((row) => row.week === week.week && row.stage === stage);
}

function cell(row: StageRecord | undefined, now: number): string {
  if (!row) return pc.dim('·');
  const end = row.endedAt === undefined ? now : Date.parse(row.endedAt);
  const took = duration(Math.max(0, end - Date.parse(row.startedAt)));
  const marks = {
    RUNNING: pc.cyan('…'),
    RETRYING: pc.yellow('↻'),
    COMPLETE: pc.green('✓'),
    FAILED: pc.red('✗'),
  };
  const attempt = row.attempt > 1 ? ` (attempt ${row.attempt})` : '';
  return `${marks[row.status]} ${took}${attempt}${silenceOf(row, now)}`;
}

/** How long ago the worker last sent a heartbeat, where one is overdue. */
function silenceOf(row: StageRecord, now: number): string {
  if (row.status !== 'RUNNING' || row.heartbeatAt === undefined) return '';
  const age = now - Date.parse(row.heartbeatAt);
  return age < HEARTBEAT_SECONDS * 1000 ? '' : pc.yellow(` silent for ${duration(age)}`);
}
