/**
 * The monitor's data from a state directory. While a process runs in it, its table is read through that
 * process. Otherwise nothing changes, and a copy is read: who owns the table keeps others from running.
 */
import { cp, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReplayRefused } from '../../../shared/pipeline/run/replay.ts';
import type { RunStore } from '../../../shared/pipeline/table/run-store.ts';
import { isServed } from '../../local/aws/dynamo.ts';
import { openLocalStore, type LocalStore } from '../../local/store.ts';
import { publishedFiles } from '../../local/files.ts';
import { ifThere, type MonitorSource } from './source.ts';
import { replayInOwnProcess } from './local-replay.ts';
import { planOf, startedText } from './replay-plan.ts';
import { RunList } from './run-list.ts';

interface Connection extends LocalStore {
  /** What the directory was when it was copied; undefined: it is read through the process that runs. */
  readonly copyOf: string | undefined;
}

/** How often a reading is tried while processes come and go. */
const MAX_TRIES = 5;

/** @param directory the state directory, named `.larder`; it is only read, but by the process of a replay */
export function localSource(directory: string): MonitorSource {
  const tables = new LocalTables(directory);
  const list = new RunList();
  return {
    place: directory,
    runs: () => tables.read((store) => list.read(store)),
    view: (runId) => tables.read((store) => store.view(runId)),
    file: (run, revision, name) => ifThere(publishedFiles(run).blobs.get(`${run.runId}/r${revision}/${name}`)),
    replay: async (request) => {
      const { runId } = request;
      const seen = await tables.read((store) => store.view(runId));
      if (!seen) throw new ReplayRefused(`There is no run ${runId}.`);
      // Refused at once what the process would refuse later.
      const plan = planOf(request, seen);
      await replayInOwnProcess(directory, request, async () => {
        const now = await tables.read((store) => store.view(runId));
        return plan.weeks.some(({ week, message }) =>
          now?.weeks.some((row) => row.week === week && row.attempt >= message.attempt),
        );
      });
      return startedText(request, seen);
    },
    close: () => tables.close(),
  };
}

class LocalTables {
  private connection: Promise<Connection> | undefined;
  private readonly copies = new Copies();

  constructor(private readonly directory: string) {}

  async read<T>(question: (store: RunStore) => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried++) {
      let connection: Connection | undefined;
      try {
        connection = await this.current();
        return await question(connection.store);
      } catch (error) {
        // The process that served it has ended, or one began while its files were copied.
        if (tried === MAX_TRIES) throw error;
        if (connection) await this.drop(connection);
      }
    }
  }

  close = async () => {
    const connection = await this.connection?.catch(() => undefined);
    if (connection) await this.drop(connection);
    await this.copies.close();
  };

  private async current(): Promise<Connection> {
    const pending = this.connection;
    const kept = await pending?.catch(() => undefined);
    if (kept) {
      if (kept.copyOf === undefined || kept.copyOf === (await fingerprint(this.directory))) return kept;
      await this.drop(kept);
    } else if (pending && this.connection === pending) {
      // It could not be made: the next one may.
      this.connection = undefined;
    }
    return (this.connection ??= connect(this.directory, this.copies));
  }

  private async drop(connection: Connection): Promise<void> {
    // Others may have seen it end, too.
    if ((await this.connection?.catch(() => undefined)) !== connection) return;
    this.connection = undefined;
    await connection.close();
  }
}

async function connect(directory: string, copies: Copies): Promise<Connection> {
  for (let tried = 1; ; tried++) {
    if (await isServed(directory)) {
      const store = await openLocalStore(directory);
      if (!store.owner) return { ...store, copyOf: undefined };
      await store.close();
    }
    const copyOf = await fingerprint(directory);
    const connection = { ...(await copies.open(directory)), copyOf };
    // Half of it may be of before a run that has just begun.
    if (copyOf === (await fingerprint(directory)) || tried === MAX_TRIES) return connection;
    await connection.close();
  }
}

/** Copies of the table, one after the other, in a temporary folder that goes with the last. */
class Copies {
  private folder: Promise<string> | undefined;

  async open(directory: string): Promise<LocalStore> {
    const folder = await (this.folder ??= mkdtemp(join(tmpdir(), 'larder-monitor-')));
    const copy = await mkdtemp(join(folder, 'copy-'));
    const remove = () => rm(copy, { recursive: true, force: true });
    try {
      await cp(join(directory, 'dynamo'), join(copy, 'dynamo'), { recursive: true }).catch(ignoreMissing);
      await rm(join(copy, 'dynamo', 'endpoint.json'), { force: true });
      const store = await openLocalStore(copy);
      return { ...store, close: () => store.close().finally(remove) };
    } catch (error) {
      await remove();
      throw error;
    }
  }

  async close(): Promise<void> {
    if (this.folder) await rm(await this.folder, { recursive: true, force: true });
  }
}

/** Changes whenever the table's files do. */
async function fingerprint(directory: string): Promise<string> {
  const folder = join(directory, 'dynamo');
  const names = (await readdir(folder).catch(ignoreMissing)) ?? [];
  const files = await Promise.all(
    names.sort().map(async (name) => {
      const found = await stat(join(folder, name)).catch(ignoreMissing);
      return found ? `${name} ${found.size} ${found.mtimeMs}` : '';
    }),
  );
  return files.join('\n');
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
