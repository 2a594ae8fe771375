/** Which attempt a message asks for. */
import type { StageMessage } from '../messages.ts';
import { stageBefore } from '../stages.ts';
import type { RunStore } from '../table/run-store.ts';

/**
 * The message at the attempt that it asks for. The state machine cannot know it: whoever answered the stage before,
 * a worker, a replay in the run's place or a person with an empty answer, the table says what was committed there,
 * and this stage belongs to that attempt. A replay brings its own.
 */
export async function atItsAttempt(store: Pick<RunStore, 'stage'>, message: StageMessage): Promise<StageMessage> {
  const before = stageBefore(message.stage);
  if (message.taskToken === undefined || message.replay || !before) return message;
  const { committed } = (await store.stage(message.runId, message.week, before)) ?? {};
  return { ...message, attempt: Math.max(message.attempt, committed?.attempt ?? 1) };
}
