import { randomUUID } from 'node:crypto';
import { planReplay, type ReplayPlan } from '../../../shared/pipeline/run/replay.ts';
import type { RunView } from '../../../shared/pipeline/table/run-store.ts';
import { operator } from '../../cli/operator.ts';
import type { ReplayRequest } from './source.ts';

/** The plan of the replay that the page asks for, by who runs the monitor. @throws ReplayRefused that says why it cannot be done */
export function planOf({ weeks, from, reason }: ReplayRequest, view: RunView): ReplayPlan {
  const at = new Date();
  const replay = { id: `replay-${randomUUID()}`, by: operator(), reason, at: at.toISOString() };
  return planReplay(view, weeks, from, replay, at.getTime());
}

/** A sentence on what the replay does, for the page. */
export function startedText({ weeks, runId }: ReplayRequest, view: RunView): string {
  return `Replaying ${weeks.join(', ')} of ${runId}; then revision ${view.run.revision + 1} is published as a correction.`;
}
