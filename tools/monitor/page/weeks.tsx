/** The run's grid: a row a week, a cell a stage; a week opens in its place. */
import type { RunDetailDto, RunListDto, StageDto, StageName, WeekDto } from '../dto';
import { useNow } from './data';
import { duration, running } from './format';
import { Link, runPath, weekPath } from './router';
import { Mark, stateClass, Status, stateWord } from './status';
import { WeekDetail } from './week-detail';

export const STAGE_TITLES: Readonly<Record<StageName, string>> = {
  extract: 'Extract data',
  simulate: 'Simulate orders',
  forecast: 'Forecast sites',
};

interface Props {
  readonly detail: RunDetailDto;
  readonly open: string | undefined;
  readonly replay: RunListDto['replay'];
  readonly onReplay: (weeks: readonly string[]) => void;
}

export function Weeks({ detail, open, replay, onReplay }: Props) {
  const { run, weeks } = detail;
  const now = useNow(weeks.some((week) => week.status === 'RUNNING'));
  return (
    <table class="grid">
      <caption class="unseen">Weeks and stages of the run</caption>
      <thead>
        <tr>
          <th scope="col">Week</th>
          {Object.entries(STAGE_TITLES).map(([stage, title]) => (
            <th key={stage} scope="col">
              {title.split(' ')[0]}
              <span class="wide"> {title.split(' ')[1]}</span>
            </th>
          ))}
          <th scope="col" class="number wide">
            Attempt
          </th>
          <th scope="col" class="number wide">
            Took
          </th>
          <th scope="col" class="wide">
            Week is
          </th>
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <WeekRows key={week.week} {...{ run, week, now, replay, onReplay }} isOpen={week.week === open} />
        ))}
      </tbody>
    </table>
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
          <Link to={isOpen ? runPath(run.runId, 'weeks') : weekPath(run.runId, week.week)} class="week-link">
            <span class="turn" aria-hidden="true" />
            {week.week}
            <span class="unseen">{isOpen ? ', close its stages' : ', show its stages'}</span>
          </Link>
          <span class={`narrow week-word ${stateClass(week.status)}`}>
            {stateWord(week.status)}
            {week.attempt > 1 && `, attempt ${week.attempt}`}
          </span>
        </th>
        {week.stages.map((stage) => (
          <td key={stage.stage} class="cell">
            <StageCell stage={stage} now={now} attempt={week.attempt} />
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

/** A stage of an earlier attempt than its week's has yet to be done again. */
function StageCell(props: { readonly stage: StageDto; readonly now: number; readonly attempt: number }) {
  const { stage, now } = props;
  const state = stage.status;
  return (
    <span class={`chip ${stateClass(state)}`}>
      <Mark state={state} />
      <span class="chip-word">{stateWord(state)}</span>
      <span class="chip-took">{stageTook(stage, now)}</span>
    </span>
  );
}

export function stageTook({ startedAt, endedAt, status }: StageDto, now: number): string {
  if (startedAt === null) return '';
  if (endedAt !== null) return duration(Date.parse(endedAt) - Date.parse(startedAt));
  return status === 'RUNNING' ? running(now - Date.parse(startedAt)) : '';
}

function weekTook({ stages, status }: WeekDto, now: number): string {
  const starts = stages.flatMap(({ startedAt }) => (startedAt === null ? [] : [Date.parse(startedAt)]));
  if (starts.length === 0) return '';
  if (status === 'RUNNING') return running(now - Math.min(...starts));
  const ends = stages.flatMap(({ endedAt }) => (endedAt === null ? [] : [Date.parse(endedAt)]));
  return ends.length === 0 ? '' : duration(Math.max(...ends) - Math.min(...starts));
}
