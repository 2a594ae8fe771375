import { randomUUID } from 'node:crypto';
import { planReplay, ReplayRefused, type ReplayPlan } from '../../shared/pipeline/replay';
import type { RunView } from '../../shared/pipeline/run-store';
import { operator } from '../cli/who';
import type { ReplayRequest } from './source';

/** What the page asks for, as it would be sent. @throws ReplayRefused that says why it cannot be */
export function planFor(
  view: RunView | undefined,
  { runId, weeks, from, reason }: ReplayRequest,
): ReplayPlan {
  if (!view) throw new ReplayRefused(`There is no run ${runId}.`);
  const now = new Date();
  const replay = { id: `replay-${randomUUID()}`, by: operator(), reason, at: now.toISOString() };
  return planReplay(view, weeks, from, replay, now.getTime());
}

export function startedText({ weeks }: ReplayPlan): string {
  const list = weeks.map(({ week, from }) => `${week} from ${from}`).join(', ');
  return `Under way: ${list}. The next revision follows by itself.`;
}
