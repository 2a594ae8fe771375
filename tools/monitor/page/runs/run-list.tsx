import type { RunDto, RunListDto } from '../../dto.ts';
import { useNow } from '../parts/data.ts';
import { duration, instant, plural, running } from '../parts/format.ts';
import { Link, runPath } from '../parts/router.tsx';
import { Status } from '../parts/status.tsx';

export function RunList(props: { readonly list: RunListDto | undefined; readonly chosen: string | undefined }) {
  const { list, chosen } = props;
  const runs = list?.runs ?? [];
  const now = useNow(runs.some((run) => run.status === 'RUNNING'));
  return (
    <nav class="runs" aria-label="Runs">
      <p class="runs-head">
        <Link to="/runs">All runs</Link> <span class="count">{list ? runs.length : ''}</span>
      </p>
      <ol>
        {runs.map((run) => (
          <li key={run.runId}>
            <Link to={runPath(run.runId, 'weeks')} current={run.runId === chosen} class="run">
              <span class="run-top">
                <Status state={run.status} />
                <span class="run-took">{tookText(run, now)}</span>
              </span>
              <span class="run-label">{run.label ?? rangeText(run)}</span>
              <span class="run-facts">
                <WeekCounts run={run} />
                {run.revision > 0 && <span>r{run.revision}</span>}
                {run.kind === 'what-if' && <span>what-if</span>}
              </span>
              <span class="run-facts faint">
                <span>{instant(run.startedAt)}</span>
                {run.startedBy !== null && <span>{run.startedBy}</span>}
              </span>
              <span class="run-id">{run.runId}</span>
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  );
}

export function WeekCounts({ run }: { readonly run: RunDto }) {
  return (
    <span>
      {run.weeksDone} of {plural(run.weeks, 'week')} done
      {run.weeksFailed > 0 && <strong class="bad">, {run.weeksFailed} failed</strong>}
    </span>
  );
}

export function rangeText({ firstWeek, lastWeek }: RunDto): string {
  return firstWeek === lastWeek ? firstWeek : `${firstWeek} – ${lastWeek}`;
}

export function tookText(run: RunDto, now: number): string {
  return run.endedAt === null
    ? running(now - Date.parse(run.startedAt))
    : duration(Date.parse(run.endedAt) - Date.parse(run.startedAt));
}
