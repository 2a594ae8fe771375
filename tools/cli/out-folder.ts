import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { UsageError } from './errors.ts';

/**
 * Makes the folder that results go to, so that nobody waits for a run that could not be written.
 *
 * @throws {@link UsageError} where there can be no such folder, or nothing can be written to it
 */
export async function checkOutFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(`--out ${folder}: ${REASONS[code] ?? code}; expected a folder that can be written to.`);
  }
}

const REASONS: Readonly<Partial<Record<string, string>>> = {
  EEXIST: 'there is a file of that name',
  ENOTDIR: 'there is a file on the way to it',
  EACCES: 'it may not be written to',
  EPERM: 'it may not be written to',
  EROFS: 'it may not be written to',
  ENOENT: 'it cannot be made',
  ENAMETOOLONG: 'the name is too long',
};
