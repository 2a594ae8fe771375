/** Whether a scheduled forecast was published by its hour. */
import { LogEvent } from '../log-events.ts';
import type { PipelineDeps } from '../deps.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Runs looked through for one that was published since; more than a day starts. */
const NEWEST_RUNS = 100;

type FreshnessDeps = Pick<PipelineDeps, 'store' | 'clock' | 'log'>;

export interface ExpectedForecasts {
  /** When runs start, UTC; none where no forecast is expected. */
  readonly scheduleHoursUtc: readonly number[];
  readonly publishWithinMinutes: number;
}

/**
 * Says in the log whether the newest forecast that should be out by now is: a published baseline, whole or in
 * part, of a run that started at its hour or later.
 *
 * @returns whether one is overdue
 */
export async function checkFreshness(deps: FreshnessDeps, expected: ExpectedForecasts): Promise<boolean> {
  const due = lastDue(expected, deps.clock.now());
  const runs = due === undefined ? [] : await deps.store.runs('all', NEWEST_RUNS);
  const isOut = runs.some(
    ({ kind, revision, status, startedAt }) =>
      kind === 'baseline' && revision > 0 && status !== 'FAILED' && Date.parse(startedAt) >= Number(due),
  );
  const overdue = due !== undefined && !isOut;
  deps.log.info(LogEvent.ForecastChecked, {
    overdue: Number(overdue),
    ...(due === undefined ? {} : { due: new Date(due).toISOString() }),
  });
  return overdue;
}

/** The newest scheduled start whose time to publish is over, in milliseconds since the epoch. */
function lastDue({ scheduleHoursUtc, publishWithinMinutes }: ExpectedForecasts, now: number) {
  const midnight = now - (now % DAY);
  const starts = scheduleHoursUtc.flatMap((hour) =>
    [0, 1, 2].map((daysAgo) => midnight + hour * 60 * MINUTE - daysAgo * DAY),
  );
  const over = starts.filter((start) => start + publishWithinMinutes * MINUTE <= now);
  return over.length === 0 ? undefined : Math.max(...over);
}
