/**
 * The end of a message that can never be handled: its body is kept and whoever waits for it is told. Used at
 * once for a poison message, and by the dead-letter consumer for one that has used up its deliveries.
 */
import { LogEvent } from '../log-events.ts';
import { DeadTokenError, type Failure } from '../errors.ts';
import { parseStageMessage, tokenOf, type Delivery } from '../messages.ts';
import type { Stage } from '../stages.ts';
import type { PipelineDeps } from '../deps.ts';

/** Keeps the body under `dead-letters/`, its token blacked out, and fails the token. Safe to repeat. */
export async function quarantine(
  deps: Pick<PipelineDeps, 'artifacts' | 'callbacks' | 'log'>,
  queue: Stage | 'dead-letter',
  delivery: Delivery,
  failure: Failure,
): Promise<void> {
  const taskToken = tokenOf(delivery.body);
  const kept = withoutToken(delivery.body, taskToken);
  const key = `dead-letters/${queue}/${delivery.messageId}.json`;
  await deps.artifacts.put(key, Buffer.from(kept, 'utf8'), 'application/json');
  deps.log.error(LogEvent.MessageQuarantined, { queue, messageId: delivery.messageId, key, ...failure });
  if (taskToken === undefined) return;
  try {
    await deps.callbacks.fail(taskToken, failure.error, failure.message);
  } catch (error) {
    if (!(error instanceof DeadTokenError)) throw error;
  }
}

/** What may be a token where nobody can tell its field: local ones have 36 characters, the deployed ones hundreds. */
const MAY_BE_A_TOKEN = /[A-Za-z0-9+/=_-]{32,}/g;

/** A body too broken to be read may hold its token anywhere. */
function withoutToken(body: string, token: string | undefined): string {
  const rest = token === undefined ? body : body.replaceAll(token, '<token>');
  return isMessage(body) ? rest : rest.replace(MAY_BE_A_TOKEN, '<token>');
}

function isMessage(body: string): boolean {
  try {
    parseStageMessage(body);
    return true;
  } catch {
    return false;
  }
}
