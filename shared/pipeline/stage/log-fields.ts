/** Every line of what concerns a message says its run, week, stage and attempt. */
import { parseStageMessage, type Delivery } from '../messages.ts';
import type { Stage } from '../stages.ts';
import type { Log } from '../ports.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A log whose every line has these fields, unless the line itself says otherwise. */
export function withFields(log: Log, fixed: Fields): Log {
  return {
    info: (event, fields) => log.info(event, { ...fixed, ...fields }),
    warn: (event, fields) => log.warn(event, { ...fixed, ...fields }),
    error: (event, fields) => log.error(event, { ...fixed, ...fields }),
  };
}

/** What a delivery is about, as far as its body can be read; never its token. */
export function fieldsOf(delivery: Delivery, queue: Stage | 'dead-letter'): Fields {
  const { messageId, receiveCount } = delivery;
  try {
    const { runId, week, stage, attempt } = parseStageMessage(delivery.body);
    return { runId, week, stage, attempt, messageId, receiveCount };
  } catch {
    return { queue, messageId, receiveCount };
  }
}
