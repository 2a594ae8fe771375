/** How a stage of a week stands, in words for people. */
import type { StageDto, WeekDto } from '../../dto.ts';
import { duration, running } from '../parts/format.ts';
import { stateWord } from '../parts/status.tsx';

/** The stage's state in the week's present attempt: a result of an earlier attempt is pending once a stage before it runs again. */
export function stateIn(week: WeekDto, stage: StageDto): StageDto['status'] {
  const before = week.stages.slice(
    0,
    week.stages.findIndex((one) => one.stage === stage.stage),
  );
  const isOfBefore = stage.attempt < week.attempt && before.some(({ attempt }) => attempt === week.attempt);
  return isOfBefore && week.status === 'RUNNING' ? 'PENDING' : stage.status;
}

export function stageWord(week: WeekDto, stage: StageDto): string {
  const state = stateIn(week, stage);
  return state === 'PENDING' && week.status === 'FAILED' ? 'Not run' : stateWord(state);
}

export function stageTook({ startedAt, endedAt, status }: StageDto, now: number): string {
  if (startedAt === null) return '';
  if (endedAt !== null) return duration(Date.parse(endedAt) - Date.parse(startedAt));
  return status === 'RUNNING' ? running(now - Date.parse(startedAt)) : '';
}
