/** Which attempt a message asks for. */
import type { Replay, StageMessage } from '../messages.ts';
import { stageBefore } from '../stages.ts';
import type { RunStore } from '../table/run-store.ts';

/** A message at the attempt that it asks for. */
export interface AtItsAttempt {
  readonly message: StageMessage;
  /** Which replay that attempt belongs to, where the message itself does not say. */
  readonly replay?: Replay;
}

/**
 * The state machine cannot know the attempt: whoever answered the stage before, a worker, a replay in the run's place
 * or a person with an empty answer, the table says what was committed there, and this stage belongs to that attempt,
 * and to the replay that it is of. A replay brings its own.
 */
export async function atItsAttempt(store: Pick<RunStore, 'stage'>, message: StageMessage): Promise<AtItsAttempt> {
  const before = stageBefore(message.stage);
  if (message.taskToken === undefined || message.replay || !before) return { message };
  const row = await store.stage(message.runId, message.week, before);
  const attempt = row?.committed?.attempt ?? 1;
  if (!row || attempt <= message.attempt) return { message };
  const replay = row.attempt === attempt ? row.message.replay : undefined;
  return { message: { ...message, attempt }, ...(replay ? { replay } : {}) };
}
