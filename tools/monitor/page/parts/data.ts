/** Asking the server. */
import { useEffect, useState } from 'preact/hooks';
import type { ErrorDto, ReplayRequestDto, RunDetailDto } from '../../dto.ts';

/** What the server answered last. */
export interface Asked<T> {
  /** The newest answer; it stays while the next one is awaited. */
  readonly data: T | undefined;
  /** What went wrong at the last try. */
  readonly error: string | undefined;
  /** The server said that there is no such thing. */
  readonly missing: boolean;
}

const NOTHING = { data: undefined, error: undefined, missing: false };

/**
 * Asks once, and then again and again while the page can be seen.
 * @param url undefined asks nothing
 * @param everyMs undefined: once
 */
export function useAsked<T>(url: string | undefined, everyMs?: number): Asked<T> {
  const [asked, setAsked] = useState<Asked<T>>(NOTHING);
  useEffect(() => {
    if (url === undefined) return undefined;
    const abort = new AbortController();
    let etag = '';
    const ask = async () => {
      try {
        const headers = etag === '' ? {} : { 'if-none-match': etag };
        const response = await fetch(url, { headers, cache: 'no-store', signal: abort.signal });
        if (response.status === 304) {
          setAsked((before) => (before.error === undefined ? before : { ...before, error: undefined }));
        } else if (response.ok) {
          etag = response.headers.get('etag') ?? '';
          setAsked({ data: (await response.json()) as T, error: undefined, missing: false });
        } else {
          const { error } = (await response.json()) as ErrorDto;
          const missing = response.status === 404;
          setAsked((before) => ({ data: missing ? undefined : before.data, error, missing }));
        }
      } catch {
        if (abort.signal.aborted) return;
        setAsked((before) => ({ ...before, error: 'The monitor does not answer. Is it still running?' }));
      }
    };
    let timer = 0;
    const turn = async () => {
      if (!document.hidden) await ask();
      if (everyMs !== undefined && !abort.signal.aborted) timer = setTimeout(() => void turn(), everyMs);
    };
    void turn();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [url, everyMs]);
  return asked;
}

/** Asks for a run again and again. The answer of the run that was shown before is not given. */
export function useRun(runId: string | undefined, isLive: boolean): Asked<RunDetailDto> {
  const url = runId === undefined ? undefined : `/api/runs/${encodeURIComponent(runId)}`;
  const asked = useAsked<RunDetailDto>(url, isLive ? 1_000 : 3_000);
  return asked.data && asked.data.run.runId !== runId ? NOTHING : asked;
}

/** @returns a sentence on what was started. @throws Error that says why nothing was */
export async function askReplay(runId: string, request: ReplayRequestDto): Promise<string> {
  const response = await fetch(`/api/runs/${encodeURIComponent(runId)}/replay`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-larder-monitor': '1' },
    body: JSON.stringify(request),
  });
  const answer = (await response.json()) as ErrorDto | { readonly started: string };
  if ('error' in answer) throw new Error(answer.error);
  return answer.started;
}

/** The time, each second while something runs. */
export function useNow(isTicking: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isTicking) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [isTicking]);
  return now;
}
