/** The record of a run as it begins. */
import type { MenuWeek } from '../../domain/model.ts';
import type { RunId } from '../messages.ts';
import { isWhatIf, type RunSettings } from '../settings.ts';
import type { RunRecord } from './records.ts';
import type { Body, RunStore } from './run-store.ts';

export interface NewRun {
  readonly runId: RunId;
  readonly settings: RunSettings;
  readonly input: string;
  readonly weeks: readonly MenuWeek[];
  /** ISO instant at which its execution started. */
  readonly startedAt: string;
  readonly codeVersion: string;
}

/** Records the run as under way, unless it is recorded already. */
export async function addRun(store: RunStore, run: NewRun): Promise<void> {
  await store.updateRun(run.runId, (now) => (now ? undefined : newRun(run)));
}

function newRun({ settings, ...run }: NewRun): Body<RunRecord> {
  const { label, startedBy } = settings;
  return {
    ...run,
    settings,
    status: 'RUNNING',
    kind: isWhatIf(settings) ? 'what-if' : 'baseline',
    revision: 0,
    runsKey: 'RUNS',
    unfinishedKey: 'UNFINISHED',
    ...(label === undefined ? {} : { label }),
    ...(startedBy === undefined ? {} : { startedBy }),
  };
}
