/** Folders in the place of S3, SES and EventBridge. */
import { createReadStream } from 'node:fs';
import { appendFile, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { InputRefused, NotFoundError } from '../../shared/pipeline/errors';
import { composeMime } from '../../shared/pipeline/mime';
import type { Blobs, Events, Mailer } from '../../shared/pipeline/ports';
import type { InputFiles } from '../../shared/pipeline/read-inputs';

/** The input files of a folder. @throws InputRefused, on opening one, where there is no such folder */
export function directoryInputFiles(folder: string): InputFiles {
  return {
    open: async (file) => {
      const place = await stat(folder).catch(ignoreMissing);
      if (!place?.isDirectory())
        throw new InputRefused(`${folder} is no folder; expected a folder of CSV files.`);
      const path = join(folder, file);
      const found = await stat(path).catch(ignoreMissing);
      if (found && !found.isFile())
        throw new InputRefused(`${path} is no file; expected a CSV file, or nothing.`);
      return found ? createReadStream(path) : undefined;
    },
  };
}

/** Blobs as files: a key's slashes are folders. A file is whole or not there. */
export class DirectoryBlobs implements Blobs {
  private writes = 0;

  constructor(private readonly folder: string) {}

  async put(key: string, body: Uint8Array): Promise<void> {
    const path = this.path(key);
    const draft = `${path}.${process.pid}-${this.writes++}.tmp`;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, body);
    await rename(draft, path);
  }

  async get(key: string): Promise<Uint8Array> {
    const body = await readFile(this.path(key)).catch(ignoreMissing);
    if (!body) throw new NotFoundError(`There is no file ${this.path(key)}.`);
    return body;
  }

  private path(key: string): string {
    return join(this.folder, ...key.split('/').filter((part) => part !== '..' && part !== '')).replaceAll(
      '/',
      sep,
    );
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
      await appendFile(
        file,
        `${JSON.stringify({ source: 'larder', 'detail-type': 'ForecastPublished', detail })}\n`,
      );
    },
  };
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
