/** The status table's rows, typed, as the checks read them. */
import type { MenuWeek } from '../../../../../shared/domain/model.ts';
import type { RunId } from '../../../../../shared/pipeline/messages.ts';
import type { Stage } from '../../../../../shared/pipeline/stages.ts';
import type { TableItem } from '../../../../../shared/pipeline/ports.ts';
import {
  runKey,
  stageKey,
  weekKey,
  type LatestRecord,
  type RevisionRecord,
  type RunRecord,
  type StageRecord,
  type WeekRecord,
} from '../../../../../shared/pipeline/table/records.ts';
import type { SimulatedCloud } from '../cloud/simulated-cloud.ts';

export const isStage = (item: TableItem): item is StageRecord => 'fence' in item;
export const isRun = (item: TableItem): item is RunRecord => item.sk === 'RUN';
export const isRevision = (item: TableItem): item is RevisionRecord => item.sk.startsWith('REVISION#');
export const isWeek = (item: TableItem): item is WeekRecord => item.sk.startsWith('WEEK#') && !isStage(item);
export const isLatest = (item: TableItem): item is LatestRecord => item.pk === 'LATEST';

export function rowsOf({ table }: SimulatedCloud) {
  const all = <T extends TableItem>(is: (item: TableItem) => item is T) => [...table.items.values()].filter(is);
  return {
    stage: (runId: RunId, week: string, stage: Stage): StageRecord | undefined => {
      const { pk, sk } = stageKey(runId, week as MenuWeek, stage);
      return table.get(pk, sk) as StageRecord | undefined;
    },
    stageAt: (key: string) => table.items.get(key) as StageRecord | undefined,
    week: (runId: RunId, week: string): WeekRecord | undefined => {
      const { pk, sk } = weekKey(runId, week as MenuWeek);
      return table.get(pk, sk) as WeekRecord | undefined;
    },
    run: (runId: RunId): RunRecord | undefined => {
      const { pk, sk } = runKey(runId);
      return table.get(pk, sk) as RunRecord | undefined;
    },
    stages: () => all(isStage),
    runs: () => all(isRun),
    revisions: (runId: RunId) => all(isRevision).filter((item) => item.runId === runId),
    revision: (runId: RunId, revision: number) =>
      all(isRevision).find((item) => item.runId === runId && item.revision === revision),
  };
}

/** Whether a stage or a week has come to its end. */
export function isSettledStatus(status: string | undefined): boolean {
  return status === 'COMPLETE' || status === 'FAILED';
}
