/** What a replay from the forecast reads again: the caps. In a file of its own, since few starts need it. */
import type { Week } from '../../shared/domain/model.ts';
import { PermanentError } from '../../shared/domain/errors.ts';
import { readSnapshot, type OpenInputs } from '../../shared/pipeline/inputs/read-snapshot.ts';
import type { RunRecord } from '../../shared/pipeline/table/records.ts';
import type { WeekSnapshot } from '../../shared/pipeline/inputs/snapshot.ts';

/**
 * The snapshot with the caps as they are now; everything else stays, since the orders were drawn from it.
 *
 * @throws {@link PermanentError} where the days or the factories are no longer those of the snapshot
 */
export async function withCapsOfNow(
  openInputs: OpenInputs,
  run: RunRecord,
  snapshot: WeekSnapshot,
): Promise<WeekSnapshot> {
  const { menuWeek } = snapshot.week;
  const now = await readSnapshot(openInputs, run, menuWeek);
  const sites = ({ days, factories, catchAll }: Week) =>
    JSON.stringify([days, factories.map(({ id, fill }) => [id, fill]), catchAll]);
  if (sites(now.week) !== sites(snapshot.week)) {
    throw new PermanentError(
      `The delivery days or factories of ${menuWeek} have changed since its orders were drawn: replay it from extract.`,
    );
  }
  return {
    ...snapshot,
    week: { ...snapshot.week, caps: now.week.caps },
    inputSha256: { ...snapshot.inputSha256, 'caps.csv': now.inputSha256['caps.csv'] },
  };
}
