import { randomUUID } from 'node:crypto';
import { planReplay, type ReplayPlan } from '../../../shared/pipeline/run/replay.ts';
import type { RunView } from '../../../shared/pipeline/table/run-store.ts';
import { operator } from '../../cli/operator.ts';
import type { ReplayRequest } from './source.ts';

/** What the page's request comes to. @throws ReplayRefused that says why it cannot be done */
export function planOf({ weeks, from, reason }: ReplayRequest, view: RunView): ReplayPlan {
  const at = new Date();
  const replay = { id: `replay-${randomUUID()}`, by: operator(), reason, at: at.toISOString() };
  return planReplay(view, weeks, from, replay, at.getTime());
}

/** For who asked: what goes on from now. */
export function startedText({ weeks, runId }: ReplayRequest, view: RunView): string {
  return `Replaying ${weeks.join(', ')} of ${runId}; then revision ${view.run.revision + 1} is published as a correction.`;
}
