/** What an operator can do about a run as it stands, most urgent first. */
import { leaseIsLive } from '../../../shared/pipeline/table/lease.ts';
import { isLeftInTheMiddle } from '../../../shared/pipeline/run/replay.ts';
import type { RunView } from '../../../shared/pipeline/table/run-store.ts';
import { InputRefused } from '../../../shared/pipeline/errors.ts';
import { LAST_STAGE } from '../../../shared/pipeline/stages.ts';

/**
 * @param now milliseconds since the epoch
 * @returns a sentence or command each; none where nothing is left to do
 */
export function nextSteps(view: RunView, now: number): string[] {
  const { run } = view;
  switch (run.status) {
    case 'CANCELLED':
      return ['Start a new run: larder run'];
    case 'RUNNING':
      return underWay(view, now);
    case 'FAILED':
    case 'PARTIAL':
    case 'PUBLISHED':
      return ended(view);
  }
}

function underWay({ run, stages }: RunView, now: number): string[] {
  const silent = stages.filter((row) => row.status === 'RUNNING' && !leaseIsLive(row, now));
  const steps = silent.map(
    ({ week, stage }) =>
      `${stage} of ${week} gives no sign of life; its queue delivers it again by itself. To hurry it: larder replay ${run.runId} --week ${week} --reason "…"`,
  );
  return [...steps, `To stop it: larder cancel ${run.runId}`];
}

function ended({ run, weeks, stages, revisions }: RunView): string[] {
  if (weeks.length === 0)
    return ['It has no weeks to replay. Mend what the error names, then start a new run: larder run'];
  const failed = weeks.filter(({ status }) => status === 'FAILED');
  const refused = failed.some(({ failure }) => failure?.error === InputRefused.name);
  const mendFirst = refused ? 'Mend the input that the error names, then: ' : '';
  const isMissing = (week: string) =>
    !stages.some((row) => row.week === week && row.stage === LAST_STAGE && row.committed);
  if (failed.length === 1) return [`${mendFirst}larder replay ${run.runId} --week ${failed[0].week} --reason "…"`];
  if (failed.length > 1) return [`${mendFirst}larder replay ${run.runId} --failed --reason "…"`];
  if (weeks.some(({ week }) => isMissing(week)) || run.revision === 0 || isLeftInTheMiddle({ revisions }))
    return [`larder replay ${run.runId} --missing --reason "…"`];
  return [];
}
