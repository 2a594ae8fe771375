/** The state directory: who owns it, and its status table. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DynamoTable } from '../../shared/aws/dynamo-table.ts';
import type { Log } from '../../shared/pipeline/ports.ts';
import { sweepAfterRestart } from '../../shared/pipeline/run/sweep.ts';
import { systemClock } from '../../shared/pipeline/system-clock.ts';
import { RunStore } from '../../shared/pipeline/table/run-store.ts';
import { openLocalDynamo, type LocalDynamo } from './aws/dynamo.ts';
import { cachedTemplate } from './cloudformation/cached-template.ts';
import { readTemplate, type LocalTemplate } from './cloudformation/template.ts';
import { fileLog } from './files.ts';

/** The status table alone, to be read. */
export interface LocalStore {
  readonly store: RunStore;
  /** Whether this process serves the table, so that none can run in the directory meanwhile. */
  readonly owner: boolean;
  close(): Promise<void>;
}

/** Executions where none is. */
export const NOTHING_RUNS = {
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
  status: () => Promise.resolve('UNKNOWN' as const),
};

export interface OpenedState {
  readonly template: LocalTemplate;
  readonly dynamo: LocalDynamo;
  readonly store: RunStore;
  readonly log: Log;
}

/** Opens the status table of a state directory, also while another process runs in it. */
export async function openLocalStore(directory: string): Promise<LocalStore> {
  const { store, dynamo } = await open(directory);
  return { store, owner: dynamo.owner, close: () => dynamo.close() };
}

/** A process that only reads, as `larder status` does, has ended by then. */
const MAX_READER_MS = 5_000;
const POLL_MS = 100;

/** @throws Error while another process owns the directory */
export async function openAsOwner(directory: string): Promise<OpenedState> {
  const until = Date.now() + MAX_READER_MS;
  let hasSaid = false;
  for (;;) {
    const opened = await open(directory);
    if (opened.dynamo.owner) return opened;
    await opened.dynamo.close();
    if (!hasSaid) process.stderr.write('Waiting for another larder process in this folder …\n');
    hasSaid = true;
    if (Date.now() > until) {
      throw new Error(`Another larder process is running in ${directory}. Wait for it to end, then try again.`);
    }
    await wait(POLL_MS);
  }
}

async function open(directory: string): Promise<OpenedState> {
  const template = readTemplate(await cachedTemplate());
  const dynamo = await openLocalDynamo(directory, template.tables);
  const store = new RunStore(new DynamoTable(dynamo.client, template.tables[0].name));
  const opened = { template, dynamo, store, log: fileLog(join(directory, 'log.jsonl')) };
  // The owner of the state runs everything in it: whatever is unfinished now has lost its process.
  if (dynamo.owner) {
    await sweepAfterRestart({ ...opened, clock: systemClock, executions: NOTHING_RUNS });
  }
  return opened;
}
