/** The address bar as the page's state: every view has an address of its own. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

export type Tab = 'weeks' | 'factories' | 'quantities' | 'changes';

/** What the address says is shown. */
export interface Route {
  /** Only the list of runs is shown. */
  readonly isList: boolean;
  /** Undefined: the newest. */
  readonly runId: string | undefined;
  readonly tab: Tab;
  /** The week whose stages are shown. */
  readonly week: string | undefined;
  readonly query: URLSearchParams;
}

function currentRoute(): Route {
  const [root, runId, tab, week] = location.pathname.split('/').filter(Boolean).map(decodeURIComponent);
  const query = new URLSearchParams(location.search);
  const isList = root === 'runs' && !runId;
  if (root !== 'runs' || !runId) return { isList, runId: undefined, tab: 'weeks', week: undefined, query };
  const isTab = tab === 'factories' || tab === 'quantities' || tab === 'changes';
  return { isList, runId, tab: isTab ? tab : 'weeks', week: isTab ? undefined : week, query };
}

export function runPath(runId: string, tab: Tab, query?: URLSearchParams): string {
  const path = `/runs/${encodeURIComponent(runId)}${tab === 'weeks' ? '' : `/${tab}`}`;
  const text = query?.toString() ?? '';
  return text === '' ? path : `${path}?${text}`;
}

export function weekPath(runId: string, week: string): string {
  return `/runs/${encodeURIComponent(runId)}/weeks/${encodeURIComponent(week)}`;
}

const CHANGED = 'larder:route';

/** Changes the address, and with it what is shown. */
export function navigate(path: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') history.pushState(undefined, '', path);
  else history.replaceState(undefined, '', path);
  dispatchEvent(new Event(CHANGED));
}

export function useRoute(): Route {
  const [route, setRoute] = useState(currentRoute);
  useEffect(() => {
    const follow = () => setRoute(currentRoute());
    addEventListener('popstate', follow);
    addEventListener(CHANGED, follow);
    return () => {
      removeEventListener('popstate', follow);
      removeEventListener(CHANGED, follow);
    };
  }, []);
  return route;
}

/** A real link, followed without loading the page again. */
export function Link(props: {
  readonly to: string;
  readonly class?: string;
  readonly current?: boolean;
  readonly expanded?: boolean;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <a
      href={props.to}
      class={props.class}
      aria-current={props.current === true ? 'page' : undefined}
      aria-expanded={props.expanded}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        navigate(props.to);
      }}
    >
      {props.children}
    </a>
  );
}
