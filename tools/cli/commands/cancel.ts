import type { RunId } from '../../../shared/pipeline/messages.ts';
import { cancelRun } from '../../../shared/pipeline/run/cancel.ts';
import { systemClock } from '../../../shared/pipeline/system-clock.ts';
import type { Place } from '../../backends/backend.ts';
import { openReader } from '../../backends/open.ts';
import { withOpen } from '../../with-open.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { unknownRun } from '../find-run.ts';
import { STATE_DIRECTORY } from '../state-directory.ts';
import { operator } from '../operator.ts';

/** `larder cancel` */
export function cancelCommand(runId: string, { on }: { readonly on: Place }): Promise<number> {
  return withOpen(openReader(on, STATE_DIRECTORY), async (reader) => {
    const run = await cancelRun({ ...reader, clock: systemClock }, runId as RunId, operator());
    if (!run) throw unknownRun(runId);
    if (run.status !== 'CANCELLED')
      throw new UsageError(`Run ${runId} has ended already (${run.status}): there is nothing to cancel.`);
    process.stdout.write(
      `Run ${runId} is CANCELLED (${run.failure?.message ?? ''}). What a worker is at is finished and not used; nothing is published or mailed, and its messages are refused.\n`,
    );
    return EXIT.published;
  });
}
