/** The run's grid: a row a week, a cell a stage; a week opens in its place. */
import type { RunDetailDto, RunListDto, StageDto, WeekDto } from '../../dto.ts';
import { useNow } from '../parts/data.ts';
import { duration, running } from '../parts/format.ts';
import { HeadCells } from '../parts/head-cells.tsx';
import { Link, runPath, weekPath } from '../parts/router.tsx';
import { Mark, stateClass, Status, stateWord } from '../parts/status.tsx';
import { stageTook, stageWord, stateIn } from './stage-state.ts';
import { STAGE_CATALOGUE } from '../../../../shared/pipeline/stages.ts';
import { WeekDetail } from './week-detail.tsx';

interface Props {
  readonly detail: RunDetailDto;
  readonly open: string | undefined;
  readonly replay: RunListDto['replay'];
  readonly onReplay: (weeks: readonly string[]) => void;
}

/** Behind the stages'. */
const COLUMNS = [
  ['Attempt', 'number wide'],
  ['Took', 'number wide'],
  ['Week is', 'wide'],
] as const;

export function Weeks({ detail, open, replay, onReplay }: Props) {
  const { run, weeks } = detail;
  const now = useNow(weeks.some((week) => week.status === 'RUNNING'));
  return (
    <>
      <h2 class="unseen">Weeks and stages</h2>
      <table class="grid">
        <thead>
          <tr>
            <th scope="col">Week</th>
            {Object.entries(STAGE_CATALOGUE).map(([stage, { title }]) => (
              <th key={stage} scope="col">
                {title.split(' ')[0]}
                <span class="wide"> {title.split(' ')[1]}</span>
              </th>
            ))}
            <HeadCells columns={COLUMNS} />
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <WeekRows key={week.week} {...{ run, week, now, replay, onReplay }} isOpen={week.week === open} />
          ))}
        </tbody>
      </table>
    </>
  );
}

interface RowProps extends Pick<Props, 'replay' | 'onReplay'> {
  readonly run: RunDetailDto['run'];
  readonly week: WeekDto;
  readonly isOpen: boolean;
  readonly now: number;
}

function WeekRows({ run, week, isOpen, now, replay, onReplay }: RowProps) {
  return (
    <>
      <tr class={isOpen ? 'week open' : 'week'}>
        <th scope="row">
          <Link
            to={isOpen ? runPath(run.runId, 'weeks') : weekPath(run.runId, week.week)}
            class="week-link"
            expanded={isOpen}
          >
            <span class="turn" aria-hidden="true" />
            {week.week}
          </Link>
          <span class={`narrow week-word ${stateClass(week.status)}`}>
            {stateWord(week.status)}
            {week.attempt > 1 && `, attempt ${week.attempt}`}
          </span>
        </th>
        {week.stages.map((stage) => (
          <td key={stage.stage} class="cell">
            <StageCell {...{ stage, week, now }} />
          </td>
        ))}
        <td class="number wide">{week.attempt}</td>
        <td class="number wide">{weekTook(week, now)}</td>
        <td class="wide">
          <Status state={week.status} />
        </td>
      </tr>
      {!isOpen && week.failure && (
        <tr class="why">
          <td colSpan={7}>
            <strong>{week.failure.error}</strong> {week.failure.message}
          </td>
        </tr>
      )}
      {isOpen && (
        <tr class="opened">
          <td colSpan={7}>
            <WeekDetail {...{ run, week, now, replay, onReplay }} />
          </td>
        </tr>
      )}
    </>
  );
}

function StageCell({ stage, week, now }: { readonly stage: StageDto; readonly week: WeekDto; readonly now: number }) {
  const state = stateIn(week, stage);
  return (
    <span class={`chip ${stateClass(state)}`}>
      <Mark state={state} />
      <span class="chip-word">{stageWord(week, stage)}</span>
      {state !== 'PENDING' && (
        <>
          <span class="chip-try wide">{triesText(stage)}</span>
          <span class="chip-took">{stageTook(stage, now)}</span>
        </>
      )}
    </span>
  );
}

function triesText({ attempt, deliveries }: StageDto): string {
  if (attempt > 1) return `attempt ${attempt}`;
  return deliveries > 1 ? `delivery ${deliveries}` : '';
}

function weekTook({ stages, status }: WeekDto, now: number): string {
  const starts = stages.flatMap(({ startedAt }) => (startedAt === null ? [] : [Date.parse(startedAt)]));
  if (starts.length === 0) return '';
  if (status === 'RUNNING') return running(now - Math.min(...starts));
  const ends = stages.flatMap(({ endedAt }) => (endedAt === null ? [] : [Date.parse(endedAt)]));
  return ends.length === 0 ? '' : duration(Math.max(...ends) - Math.min(...starts));
}
