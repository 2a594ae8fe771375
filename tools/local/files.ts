/** Folders in the place of S3, SES, EventBridge and CloudWatch Logs. */
import { appendFileSync, createReadStream, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { sha256Hex } from '../../shared/pipeline/artifacts.ts';
import { InputRefused, NotFoundError } from '../../shared/pipeline/errors.ts';
import { composeMime } from '../../shared/report/mail/mime.ts';
import type { Blobs, Events, Log, Mailer, VersionedBlob, VersionedBlobs } from '../../shared/pipeline/ports.ts';
import type { RunRecord } from '../../shared/pipeline/table/records.ts';
import type { InputFiles } from '../../shared/pipeline/inputs/read-inputs.ts';

/** The input files of a folder. @throws InputRefused, on opening one, where there is no such folder */
export function directoryInputFiles(folder: string): InputFiles {
  return {
    open: async (file) => {
      const place = await stat(folder).catch(ignoreMissing);
      if (!place?.isDirectory()) throw new InputRefused(`${folder} is no folder; expected a folder of CSV files.`);
      const path = join(folder, file);
      const found = await stat(path).catch(ignoreMissing);
      if (found && !found.isFile()) throw new InputRefused(`${path} is no file; expected a CSV file, or nothing.`);
      return found ? createReadStream(path) : undefined;
    },
  };
}

/** Where the published files go of a run that does not say where. */
const DEFAULT_OUTPUT = 'out';

/** So that no two drafts of this process have one name. */
let drafts = 0;

/**
 * Blobs as files: a key's slashes are folders. A file is whole or not there. `replace` knows of the writers of this
 * process alone: a folder has one owner.
 */
export class DirectoryBlobs implements VersionedBlobs {
  constructor(private readonly folder: string) {}

  async put(key: string, body: Uint8Array): Promise<void> {
    await rename(await this.draft(key, body), this.path(key));
  }

  async get(key: string): Promise<Uint8Array> {
    const body = await readFile(this.path(key)).catch(ignoreMissing);
    if (!body) throw new NotFoundError(`There is no file ${this.path(key)}.`);
    return body;
  }

  async find(key: string): Promise<VersionedBlob | undefined> {
    const body = await readFile(this.path(key)).catch(ignoreMissing);
    return body && { body, version: sha256Hex(body) };
  }

  async replace(
    key: string,
    body: Uint8Array,
    _contentType: string,
    expectedVersion: string | undefined,
  ): Promise<boolean> {
    const draft = await this.draft(key, body);
    // Synchronous, so that no other writer of this process comes between the reading and the renaming.
    if (this.versionNow(key) === expectedVersion) {
      renameSync(draft, this.path(key));
      return true;
    }
    await rm(draft);
    return false;
  }

  private versionNow(key: string): string | undefined {
    try {
      return sha256Hex(readFileSync(this.path(key)));
    } catch (error) {
      return ignoreMissing(error as NodeJS.ErrnoException);
    }
  }

  /** Writes the body next to where it belongs. */
  private async draft(key: string, body: Uint8Array): Promise<string> {
    const path = this.path(key);
    const draft = `${path}.${process.pid}-${drafts++}.tmp`;
    await mkdir(dirname(path), { recursive: true });
    await removeDeadDrafts(path);
    await writeFile(draft, body);
    return draft;
  }

  private path(key: string): string {
    return join(this.folder, ...key.split('/').filter((part) => part !== '..' && part !== '')).replaceAll('/', sep);
  }
}

/** A process that was killed has left its draft of the file. */
async function removeDeadDrafts(path: string): Promise<void> {
  for (const name of await readdir(dirname(path))) {
    const pid = name.startsWith(`${basename(path)}.`) ? /\.(\d+)-\d+\.tmp$/.exec(name)?.[1] : undefined;
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(dirname(path), name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Mails as `.eml` files, which mail programs open. */
export function directoryMailer(folder: string, newId: () => string): Mailer {
  return {
    send: async (mail) => {
      const messageId = newId();
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, `${messageId}.eml`), await composeMime(mail));
      return messageId;
    },
  };
}

/** Events as lines of one file. */
export function fileEvents(file: string): Events {
  return {
    forecastPublished: async (detail) => {
      await mkdir(dirname(file), { recursive: true });
      await appendFile(file, `${JSON.stringify({ source: 'larder', 'detail-type': 'ForecastPublished', detail })}\n`);
    },
  };
}

/** The stages' artifacts, in the place of the bucket. */
export function artifactsIn(directory: string): Blobs {
  return new DirectoryBlobs(join(directory, 'bucket'));
}

/** Where a run's published files are: keys are `<runId>/r<revision>/<file>`. */
export function publishedFiles(run: Pick<RunRecord, 'settings'>): {
  blobs: VersionedBlobs;
  location: string;
} {
  const location = run.settings.output ?? DEFAULT_OUTPUT;
  return { blobs: new DirectoryBlobs(location), location };
}

/** The log as JSON lines of one file. */
export function fileLog(file: string): Log {
  mkdirSync(dirname(file), { recursive: true });
  const line = (level: string) => (event: string, fields?: Readonly<Record<string, unknown>>) => {
    appendFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), level, event, ...fields })}\n`);
  };
  return { info: line('info'), warn: line('warn'), error: line('error') };
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
