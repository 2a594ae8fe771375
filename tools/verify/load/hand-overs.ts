/** What is handed to the functions' processes of a local cloud, as `note-hand-overs.js` notes it. */
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../../infra/root.ts';
import type { SqsEvent } from '../../../shared/pipeline/stage/sqs-batch.ts';

/** What a process has before it. */
export interface HandOver {
  readonly pid: number;
  /** Absent: it has answered, or was handed no messages. */
  readonly delivery?: { readonly functionArn: string; readonly event: SqsEvent };
}

interface Line {
  readonly event?: Partial<SqsEvent>;
  readonly ctx?: { readonly invoked_function_arn: string };
}

const PRELOAD = pathToFileURL(join(ROOT, 'tools/verify/load/note-hand-overs.js')).href;
const POLL_MS = 10;

/** The environment that makes the functions' processes note it in a file. */
export function notingIn(file: string): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--import ${PRELOAD}`, HAND_OVERS_FILE: file };
}

/** Each soon after it was noted, until told to stop. */
export async function* handOvers(file: string, signal: AbortSignal): AsyncGenerator<HandOver> {
  await writeFile(file, '', { flag: 'a' });
  const notes = await open(file);
  try {
    const buffer = Buffer.alloc(2 ** 20);
    for (let kept = ''; !signal.aborted;) {
      const { bytesRead } = await notes.read(buffer);
      if (bytesRead === 0) await wait(POLL_MS);
      // MiniStack writes its JSON in ASCII.
      const lines = (kept + buffer.toString('latin1', 0, bytesRead)).split('\n');
      kept = lines.pop() ?? '';
      yield* lines.map(parse);
    }
  } finally {
    await notes.close();
  }
}

function parse(note: string): HandOver {
  const space = note.indexOf(' ');
  const pid = Number(note.slice(0, space));
  const text = note.slice(space + 1);
  const { event, ctx } = text === 'answers' ? {} : (JSON.parse(text) as Line);
  if (!event?.Records || !ctx) return { pid };
  return { pid, delivery: { functionArn: ctx.invoked_function_arn, event: { Records: event.Records } } };
}
