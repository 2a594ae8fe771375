/** One run: how it stands, and its views. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ForecastDto, RunDetailDto, RunListDto, WeekDto } from '../../dto.ts';
import { Changes } from '../tables/changes.tsx';
import { useAsked, useNow, useRun } from '../parts/data.ts';
import { Fact } from '../parts/fact.tsx';
import { Factories } from '../factories/factories.tsx';
import { instant, number, plural } from '../parts/format.ts';
import { Quantities } from '../tables/quantities.tsx';
import { ReplayDialog } from './replay-dialog.tsx';
import { Link, navigate, runPath, type Route, type Tab } from '../parts/router.tsx';
import { rangeText, tookText } from '../runs/run-list.tsx';
import { Status, stateClass, stateWord } from '../parts/status.tsx';
import { Weeks } from './weeks.tsx';

const TABS: readonly (readonly [Tab, string])[] = [
  ['weeks', 'Weeks'],
  ['factories', 'Factories'],
  ['quantities', 'Ingredients'],
  ['changes', 'Changes'],
];

interface Props {
  readonly runId: string;
  readonly route: Route;
  readonly replay: RunListDto['replay'];
}

export function RunPage({ runId, route, replay }: Props) {
  const [isLive, setLive] = useState(true);
  const asked = useRun(runId, isLive);
  const detail = asked.data;
  const goesOn = detail !== undefined && isUnderWay(detail);
  useEffect(() => setLive(goesOn || detail === undefined), [goesOn, detail === undefined]);
  const [asking, setAsking] = useState<readonly string[]>();
  const [said, setSaid] = useState('');
  const title = detail ? (detail.run.label ?? rangeText(detail.run)) : runId;
  useEffect(() => {
    document.title = detail ? `${stateWord(detail.run.status)}: ${title} – Larder` : 'Larder';
  }, [title, detail?.run.status]);

  const revision = detail ? chosenRevision(detail, route) : 0;
  const forecast = useAsked<ForecastDto>(
    revision === 0 ? undefined : `/api/runs/${encodeURIComponent(runId)}/revisions/${revision}`,
  );

  // What was asked for is there to be seen.
  useEffect(() => setSaid(''), [revision]);

  if (!detail) {
    return asked.missing ? (
      <div class="empty">
        <h1>There is no run {runId}</h1>
        <p>
          <Link to="/runs">All runs</Link>
        </p>
      </div>
    ) : (
      <p class="loading">{asked.error ?? 'Reading the run …'}</p>
    );
  }
  const failed = detail.weeks.filter((week) => week.status === 'FAILED').map(({ week }) => week);
  return (
    <>
      <Link class="back" to="/runs">
        ‹ All runs
      </Link>
      <RunHead detail={detail} title={title} forecast={forecast.data} />
      {said !== '' && (
        <p class="said" role="status">
          {said}
        </p>
      )}
      <div class="views">
        <nav class="tabs" aria-label="Views of the run">
          {TABS.map(([tab, name]) => (
            <Link key={tab} to={runPath(runId, tab, kept(route))} current={tab === route.tab} class="tab">
              {name}
              {tab === 'factories' && forecast.data && forecast.data.alerts.length > 0 && (
                <span class={`tab-count ${forecast.data.alerts[0].severity}`}>
                  {forecast.data.alerts.length}
                  <span class="tab-word"> {forecast.data.alerts.length === 1 ? 'alert' : 'alerts'}</span>
                </span>
              )}
            </Link>
          ))}
        </nav>
        {route.tab !== 'weeks' && <RevisionChoice detail={detail} route={route} revision={revision} />}
        {route.tab === 'weeks' && failed.length > 0 && replay.allowed && !goesOn && (
          <button type="button" onClick={() => setAsking(failed)}>
            Replay {failed.length === 1 ? failed[0] : `${failed.length} failed weeks`} …
          </button>
        )}
      </div>
      {route.tab === 'weeks' && <Weeks detail={detail} open={route.week} replay={replay} onReplay={setAsking} />}
      {route.tab !== 'weeks' && revision === 0 && (
        <p class="empty">
          {goesOn
            ? 'Nothing is published yet: the forecast appears here when the run is done.'
            : 'This run published nothing.'}
        </p>
      )}
      {route.tab === 'factories' && revision > 0 && <Factories runId={runId} asked={forecast} route={route} />}
      {route.tab === 'quantities' && revision > 0 && <Quantities runId={runId} revision={revision} route={route} />}
      {route.tab === 'changes' && revision > 0 && <Changes {...{ runId, revision, route }} forecast={forecast.data} />}
      <Announcer {...detail} />
      {asking && (
        <ReplayDialog
          runId={runId}
          weeks={asking}
          onClose={(started) => {
            setAsking(undefined);
            if (started !== undefined) setSaid(started);
          }}
        />
      )}
    </>
  );
}

function RunHead(props: {
  readonly detail: RunDetailDto;
  readonly title: string;
  readonly forecast: ForecastDto | undefined;
}) {
  const { detail, title, forecast } = props;
  const { run } = detail;
  const now = useNow(run.endedAt === null);
  const newest = detail.revisions.at(-1);
  return (
    <header class="head">
      <div class="head-title">
        <h1>{title}</h1>
        <Status state={run.status} />
        {run.kind === 'what-if' && <span class="badge">What-if</span>}
      </div>
      <dl class="facts">
        <Fact name="Run" value={run.runId} of="mono" />
        <Fact name="Weeks" value={rangeText(run)} class="wide" />
        <Fact name="Started" value={instant(run.startedAt)} />
        <Fact name={run.endedAt === null ? 'Running for' : 'Took'} value={tookText(run, now)} />
        {run.startedBy !== null && <Fact name="By" value={run.startedBy} />}
        <Fact name="Revision" value={newest ? `${newest.revision}, ${newest.mail}` : 'none yet'} />
        {forecast && (
          <>
            <Fact name="Boxes" value={number(forecast.boxes)} />
            <Fact
              name="Fit no factory"
              value={number(forecast.unallocated)}
              of={forecast.unallocated > 0 ? 'bad' : undefined}
            />
          </>
        )}
        <Fact name="Scenarios" value={`${detail.scenarios}, seed ${detail.seed}`} class="wide extra" />
      </dl>
      <Progress weeks={detail.weeks} />
      {detail.failure && (
        <p class="failure">
          <strong>{detail.failure.error}</strong> {detail.failure.message}
        </p>
      )}
      {newest?.correction && (
        <p class="note">
          Revision {newest.revision} is a correction by {newest.correction.by}: {newest.correction.reason}
        </p>
      )}
    </header>
  );
}

/** Every week a segment, in its place. */
function Progress({ weeks }: { readonly weeks: readonly WeekDto[] }) {
  const count = (status: WeekDto['status']) => weeks.filter((week) => week.status === status).length;
  const parts = (['COMPLETE', 'RUNNING', 'FAILED', 'PENDING'] as const)
    .filter((status) => count(status) > 0)
    .map((status) => `${plural(count(status), 'week')} ${stateWord(status).toLowerCase()}`);
  return (
    <div class="progress">
      <div class="segments" aria-hidden="true">
        {weeks.map(({ week, status }) => (
          <span key={week} class={stateClass(status)} />
        ))}
      </div>
      <p>{parts.join(', ')}</p>
    </div>
  );
}

function RevisionChoice(props: { readonly detail: RunDetailDto; readonly route: Route; readonly revision: number }) {
  const { detail, route, revision } = props;
  if (detail.revisions.length < 2) return null;
  return (
    <label class="choice">
      Revision
      <select
        value={String(revision)}
        onChange={(event) => {
          const query = new URLSearchParams(route.query);
          query.set('revision', event.currentTarget.value);
          navigate(runPath(detail.run.runId, route.tab, query), 'replace');
        }}
      >
        {detail.revisions
          .filter((one) => one.publishedAt !== null)
          .map((one) => (
            <option key={one.revision} value={String(one.revision)}>
              {one.revision}
              {one.correction ? ', correction' : ''} · {instant(one.createdAt)}
            </option>
          ))}
      </select>
    </label>
  );
}

/** Tells a screen reader what has happened since it last heard. */
function Announcer({ weeks, run: { status } }: RunDetailDto) {
  const before = useRef<ReadonlyMap<string, string> | undefined>(undefined);
  const [text, setText] = useState('');
  const states = [['The run', status], ...weeks.map((week) => [week.week, week.status])] as const;
  const key = states.map(([, state]) => state).join();
  useEffect(() => {
    const news = states.flatMap(([name, state]) => {
      const old = before.current?.get(name);
      const isNews = old !== undefined && old !== state && state !== 'PENDING';
      return isNews ? [`${name}: ${stateWord(state as WeekDto['status']).toLowerCase()}`] : [];
    });
    before.current = new Map(states.map(([name, state]) => [name, state]));
    if (news.length > 0) setText(news.join('. '));
  }, [key]);
  return (
    <p class="unseen" aria-live="polite">
      {text}
    </p>
  );
}

function isUnderWay({ run, weeks }: RunDetailDto): boolean {
  return run.status === 'RUNNING' || weeks.some((week) => week.status === 'RUNNING');
}

/** 0 where nothing is published. */
function chosenRevision({ run, revisions }: RunDetailDto, route: Route): number {
  const wanted = Number(route.query.get('revision') ?? NaN);
  return revisions.some(({ revision }) => revision === wanted) ? wanted : run.revision;
}

/** What a change of view keeps. */
function kept({ query }: Route): URLSearchParams {
  const names = ['week', 'revision'].filter((name) => query.has(name));
  return new URLSearchParams(names.map((name) => [name, query.get(name) ?? '']));
}
