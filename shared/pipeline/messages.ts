/** What travels between the parts, with its schemas: nothing past an edge is trusted unchecked. */
import { createHash } from 'node:crypto';
import * as z from './schema.ts';
import type { MenuWeek } from '../domain/model.ts';
import { MessageRefused } from './errors.ts';
import { MESSAGE_FORMAT, unreadFormat } from './formats.ts';
import { STAGES } from './stages.ts';

export type RunId = string & { readonly __brand: 'RunId' };

export const runIdSchema = z.pipe(
  z.string().check(z.regex(/^[A-Za-z0-9_-]{1,80}$/, 'expected 1 to 80 letters, digits, "-" or "_"')),
  z.transform((id) => id as RunId),
);
export const menuWeekSchema = z.pipe(
  z.string().check(z.regex(/^\d{4}-W(0[1-9]|[1-4]\d|5[0-3])$/, 'expected an ISO week such as 2026-W49')),
  z.transform((week) => week as MenuWeek),
);

/** Who asked for a replay and why; travels with every message of it, into the revision that it ends in. */
export const replaySchema = z.object({
  /** One id for all weeks that were asked for together. */
  id: z.string().check(z.minLength(1), z.maxLength(128)),
  by: z.string().check(z.maxLength(256)),
  reason: z.string().check(z.maxLength(1024)),
  at: z.string(),
});
export type Replay = z.infer<typeof replaySchema>;

const stageMessageSchema = z.object({
  v: z.literal(MESSAGE_FORMAT),
  runId: runIdSchema,
  week: menuWeekSchema,
  stage: z.enum(STAGES),
  /** Rises with every replay of the week; a redelivery keeps it. */
  attempt: z.int().check(z.minimum(1), z.maximum(1_000_000)),
  /** A bearer secret: never logged. Absent in a detached message. */
  taskToken: z.optional(z.string().check(z.minLength(1), z.maxLength(2048))),
  replay: z.optional(replaySchema),
});
const versionSchema = z.object({ v: z.int() });
/** The message of one stage of one week of one run. */
export type StageMessage = z.infer<typeof stageMessageSchema>;

/** One delivery of a message by its queue. */
export interface Delivery {
  readonly messageId: string;
  readonly body: string;
  /** Milliseconds since the epoch at which the message was sent. */
  readonly sentAt: number;
  /** 1 for the first delivery. */
  readonly receiveCount: number;
  /** The queue's handle for this delivery. */
  readonly receipt: string;
}

/**
 * @throws {@link MessageRefused} that says which field is wrong, or that its format is not read, and never quotes the
 *   body (it may hold a token)
 */
export function parseStageMessage(body: string): StageMessage {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new MessageRefused('The message is not JSON.');
  }
  const version = versionSchema.safeParse(json);
  const unread = version.success && unreadFormat('The message', version.data.v, MESSAGE_FORMAT, 'start a new run');
  if (unread) throw new MessageRefused(unread);
  const parsed = stageMessageSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new MessageRefused(`The message's ${issue.path.join('.') || 'body'} is wrong: ${issue.message}.`);
}

/** What is kept of a message's token once it is answered; undefined for a message without one. */
export function tokenSha256Of({ taskToken }: Pick<StageMessage, 'taskToken'>): string | undefined {
  return taskToken === undefined ? undefined : createHash('sha256').update(taskToken).digest('hex');
}

/** The token of a body that may be no valid message, so that even a poison message can be answered. */
export function tokenOf(body: string): string | undefined {
  try {
    const json: unknown = JSON.parse(body);
    const token = json && typeof json === 'object' && 'taskToken' in json ? json.taskToken : undefined;
    return typeof token === 'string' && token.length > 0 ? token : undefined;
  } catch {
    return undefined;
  }
}
