/** Weeks whose end nobody could record: the Publisher is the last to see them. */
import { FAILURE_NAMES, failureText, type Failure } from '../../shared/pipeline/errors.ts';
import { failWeek } from '../../shared/pipeline/table/fail-week.ts';
import type { WeekRecord } from '../../shared/pipeline/table/records.ts';
import type { RunView } from '../../shared/pipeline/table/run-store.ts';
import type { PublisherDeps } from './deps.ts';

/** What the state machine caught of its Map. */
export interface Caught {
  readonly Error?: string | null | undefined;
  readonly Cause?: string | null | undefined;
}

/**
 * Marks the weeks that have not come to an end, and will not, as failed: the state machine has left them. One that a
 * replay works on goes on.
 *
 * @param caught what the Map failed with, where it did
 * @returns whether there were any
 */
export async function failUnendedWeeks(
  deps: Pick<PublisherDeps, 'store' | 'clock'>,
  view: RunView,
  caught: Caught | undefined,
): Promise<boolean> {
  const unended = view.weeks.filter(
    ({ status, replay }) => (status === 'PENDING' || status === 'RUNNING') && replay === undefined,
  );
  for (const week of unended) {
    await failWeek(deps, view.run.runId, week.week, notComplete(view, week, caught), week.attempt);
  }
  return unended.length > 0;
}

/** All that is known of it. */
function notComplete({ stages }: RunView, week: WeekRecord, caught: Caught | undefined): Failure {
  const last = stages.filter((row) => row.week === week.week).at(-1);
  const stood = last
    ? `it stood in ${last.stage}, attempt ${last.attempt}, ${last.status}${last.failure ? ` after ${last.failure.error}: ${last.failure.message}` : ''}`
    : 'none of its stages had begun';
  const ended = caught ? `; the Map ended with ${caught.Error ?? 'no error'}: ${caught.Cause ?? 'no cause'}` : '';
  return {
    error: FAILURE_NAMES.notComplete,
    message: failureText(`the week did not come to an end: ${stood}${ended}`),
  };
}
