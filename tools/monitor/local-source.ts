/**
 * The monitor's data from a state directory. While a process runs in it, its table is read through that
 * process. Otherwise nothing changes, and a copy is read: who owns the table keeps others from running.
 */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NotFoundError } from '../../shared/pipeline/errors';
import type { RunStore } from '../../shared/pipeline/run-store';
import { isServed } from '../local/dynamo';
import { openLocalStore, publishedFiles, type LocalStore } from '../local/stack';
import { planFor, startedText } from './replay';
import type { MonitorSource, ReplayRequest } from './source';
import { RunList } from './run-list';

interface Connection extends LocalStore {
  /** What the directory was when it was copied; undefined: it is read through the process that runs. */
  readonly copyOf: string | undefined;
}

const LARDER = join(__dirname, '..', 'larder.js');

/** How often a reading is tried while processes come and go. */
const TRIES = 5;

/** @param directory the state directory; it is only read */
export function localSource(directory: string): MonitorSource {
  const tables = new LocalTables(directory);
  const list = new RunList();
  return {
    place: directory,
    runs: () => tables.read((store) => list.read(store)),
    view: (runId) => tables.read((store) => store.view(runId)),
    file: async (run, revision, name) => {
      try {
        return await publishedFiles(run).blobs.get(`${run.runId}/r${revision}/${name}`);
      } catch (error) {
        if (error instanceof NotFoundError) return undefined;
        throw error;
      }
    },
    replay: async (request) => {
      const plan = planFor(await tables.read((store) => store.view(request.runId)), request);
      replayApart(request);
      return startedText(plan);
    },
    close: () => tables.close(),
  };
}

/** In a process of its own, as from another terminal: the replay goes on when the monitor ends. */
function replayApart({ runId, weeks, from, reason }: ReplayRequest): void {
  const args = ['replay', runId, '--week', weeks.join(','), '--from', from, `--reason=${reason}`, '--json'];
  const options = { stdio: 'ignore', detached: true } as const;
  spawn(process.execPath, [LARDER, ...args], options).unref();
}

class LocalTables {
  private connection: Promise<Connection> | undefined;

  constructor(private readonly directory: string) {}

  async read<T>(question: (store: RunStore) => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried++) {
      const connection = await this.current();
      try {
        return await question(connection.store);
      } catch (error) {
        // The process that served it has ended.
        if (tried === TRIES) throw error;
        await this.drop(connection);
      }
    }
  }

  close = async () => {
    const connection = await this.connection?.catch(() => undefined);
    if (connection) await this.drop(connection);
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
    return (this.connection ??= connect(this.directory));
  }

  private async drop(connection: Connection): Promise<void> {
    // Others may have seen it end, too.
    if ((await this.connection?.catch(() => undefined)) !== connection) return;
    this.connection = undefined;
    await connection.close();
  }
}

async function connect(directory: string): Promise<Connection> {
  for (let tried = 1; ; tried++) {
    if (await isServed(directory)) {
      const store = await openLocalStore(directory);
      if (!store.owner) return { ...store, copyOf: undefined };
      await store.close();
    }
    const copyOf = await fingerprint(directory);
    const connection = await openCopy(directory, copyOf);
    // Half of it may be of before a run that has just begun.
    if (copyOf === (await fingerprint(directory)) || tried === TRIES) return connection;
    await connection.close();
  }
}

async function openCopy(directory: string, copyOf: string): Promise<Connection> {
  const copy = await mkdtemp(join(tmpdir(), 'larder-monitor-'));
  const remove = () => rm(copy, { recursive: true, force: true });
  try {
    for (const part of ['dynamo', 'template']) {
      await cp(join(directory, part), join(copy, part), { recursive: true }).catch(ignoreMissing);
    }
    await rm(join(copy, 'dynamo', 'endpoint.json'), { force: true });
    const store = await openLocalStore(copy);
    return { ...store, copyOf, close: () => store.close().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
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
