/** A week's stages: when each ran, how often it was tried, what it said. */
import type { RunListDto, StageDto, WeekDto } from '../../dto.ts';
import { Fact } from '../parts/fact.tsx';
import { bytes, clock, instant, number, plural, running, words } from '../parts/format.ts';
import { Status } from '../parts/status.tsx';
import { stageTook, stageWord, stateIn } from './stage-state.ts';
import { FAILURE_NAMES, InputRefused } from '../../../../shared/pipeline/errors.ts';
import { STAGE_CATALOGUE } from '../../../../shared/pipeline/stages.ts';

interface Props {
  readonly run: { readonly runId: string; readonly status: string };
  readonly week: WeekDto;
  readonly now: number;
  readonly replay: RunListDto['replay'];
  readonly onReplay: (weeks: readonly string[]) => void;
}

export function WeekDetail({ run, week, now, replay, onReplay }: Props) {
  const hasEnded = run.status !== 'CANCELLED' && run.status !== 'RUNNING';
  const canReplay = hasEnded && (week.status === 'FAILED' || week.status === 'COMPLETE');
  return (
    <section class="detail" aria-label={`Stages of ${week.week}`}>
      {week.failure && (
        <div class="failure">
          <p>
            <strong>{week.failure.error}</strong> {week.failure.message}
          </p>
          <p class="next">{nextStep(week.failure.error)}</p>
        </div>
      )}
      {week.replay && (
        <p class="note">
          Attempt {week.attempt} is a replay by {week.replay.by}, {instant(week.replay.at)}: {week.replay.reason}
        </p>
      )}
      <ol class="stages">
        {week.stages.map((stage) => (
          <StageItem
            key={stage.stage}
            stage={stateIn(week, stage) === 'PENDING' ? { ...stage, ...NOT_BEGUN } : stage}
            {...{ week, now }}
          />
        ))}
      </ol>
      {canReplay && replay.allowed && (
        <button type="button" onClick={() => onReplay([week.week])}>
          Replay {week.week} …
        </button>
      )}
      {canReplay && !replay.allowed && week.status === 'FAILED' && (
        <p class="hint">
          On the command line:{' '}
          <code>
            larder replay {run.runId} --week {week.week} --reason "…"
          </code>
        </p>
      )}
    </section>
  );
}

const NOT_BEGUN = {
  status: 'PENDING',
  startedAt: null,
  endedAt: null,
  heartbeatAt: null,
  failure: null,
  bytes: null,
} as const;

function StageItem({ stage, week, now }: { readonly stage: StageDto; readonly week: WeekDto; readonly now: number }) {
  const { status, startedAt, endedAt, heartbeatAt, failure } = stage;
  const facts = [
    startedAt !== null && `${clock(startedAt)}${endedAt === null ? '' : ` to ${clock(endedAt)}`}`,
    startedAt !== null && `attempt ${stage.attempt}, ${plural(stage.deliveries, 'delivery', 'deliveries')}`,
    status === 'RUNNING' && heartbeatAt !== null && `last sign of life ${running(now - Date.parse(heartbeatAt))} ago`,
    stage.bytes !== null && status === 'COMPLETE' && `result ${bytes(stage.bytes)}`,
  ].filter((fact) => fact !== false);
  return (
    <li>
      <div class="stage-head">
        <h3>{STAGE_CATALOGUE[stage.stage].title}</h3>
        <Status state={status} word={stageWord(week, stage)} />
        <span class="stage-took">{stageTook(stage, now)}</span>
      </div>
      <Span stage={stage} week={week} now={now} />
      <p class="stage-facts">{facts.join(' · ')}</p>
      {failure && failure.message !== week.failure?.message && (
        <p class="failure">
          <strong>{failure.error}</strong> {failure.message}
        </p>
      )}
      {status === 'COMPLETE' && stage.summary.length > 0 && (
        <dl class="summary">
          {stage.summary
            .filter(([name]) => !name.endsWith('Attempt'))
            .map(([name, value]) => (
              <Fact key={name} name={words(name)} value={typeof value === 'number' ? number(value) : String(value)} />
            ))}
        </dl>
      )}
    </li>
  );
}

/** Where in the week's time the stage lay; the gaps are waiting in the queue. */
function Span({ stage, week, now }: { readonly stage: StageDto; readonly week: WeekDto; readonly now: number }) {
  const from = (one: StageDto) => (one.startedAt === null ? NaN : Date.parse(one.startedAt));
  const to = (one: StageDto) => (one.endedAt === null ? now : Date.parse(one.endedAt));
  const known = week.stages.filter((one) => one.startedAt !== null && stateIn(week, one) !== 'PENDING');
  const start = Math.min(...known.map(from));
  const whole = Math.max(1, Math.max(...known.map(to)) - start);
  const left = (from(stage) - start) / whole;
  const width = (to(stage) - from(stage)) / whole;
  return (
    <div class="span" aria-hidden="true">
      {stage.startedAt !== null && (
        <span
          class={`is-${stage.status.toLowerCase()}`}
          style={{ left: `${100 * left}%`, width: `max(3px, ${100 * width}%)` }}
        />
      )}
    </div>
  );
}

function nextStep(error: string): string {
  switch (error) {
    case InputRefused.name:
      return 'Next: mend the input that is named, then replay the week from its data.';
    case FAILURE_NAMES.interrupted:
      return 'Next: nothing is wrong with the week itself; replay it.';
    case FAILURE_NAMES.deliveriesExhausted:
      return 'Next: look for the cause in the log; the message is kept with the dead letters. Then replay the week.';
    case FAILURE_NAMES.runCancelled:
      return 'The run was cancelled and takes no more work.';
    default:
      return 'Next: mend what is named, then replay the week.';
  }
}
