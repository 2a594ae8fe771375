/** The frame: the runs on one side, the chosen run on the other. */
import { useEffect, useRef } from 'preact/hooks';
import type { RunListDto } from '../dto.ts';
import { useAsked } from './parts/data.ts';
import { useRoute } from './parts/router.tsx';
import { RunList } from './runs/run-list.tsx';
import { RunPage } from './run/run-page.tsx';
import { RunsPage } from './runs/runs-page.tsx';

const RUNS_POLL_MS = 2_000;

export function App() {
  const route = useRoute();
  const list = useAsked<RunListDto>('/api/runs', RUNS_POLL_MS);
  const runs = list.data?.runs ?? [];
  const runId = route.runId ?? runs.at(0)?.runId;
  const main = useRef<HTMLElement>(null);
  const shown = `${route.isList} ${route.runId ?? ''} ${route.tab}`;
  const before = useRef(shown);
  useEffect(() => {
    // Who followed a link by keyboard goes on reading there.
    if (before.current !== shown) main.current?.focus({ preventScroll: true });
    before.current = shown;
  }, [shown]);

  return (
    <div class={route.isList ? 'frame at-list' : 'frame'}>
      <a class="skip" href="#run">
        Skip to the content
      </a>
      <header class="bar">
        <a class="brand" href="/">
          Larder <span>monitor</span>
        </a>
        <span class="place" title={list.data?.place}>
          {list.data?.place}
        </span>
        {list.data && !list.data.replay.allowed && (
          <span class="badge" title={list.data.replay.why}>
            Read-only
          </span>
        )}
      </header>
      {list.error !== undefined && (
        <p class="lost" role="alert">
          {list.error}
        </p>
      )}
      <RunList list={list.data} chosen={route.isList ? undefined : runId} />
      <main id="run" ref={main} tabIndex={-1}>
        {route.isList && runs.length > 0 && list.data && <RunsPage list={list.data} />}
        {!route.isList && runId !== undefined && list.data && (
          <RunPage key={runId} runId={runId} route={route} replay={list.data.replay} />
        )}
        {list.data && runs.length === 0 && (
          <div class="empty">
            <h1>No runs yet</h1>
            <p>
              Start one with <code>larder run</code>; it appears here by itself.
            </p>
          </div>
        )}
      </main>
    </div>
  );
}
