import { readFile } from 'node:fs/promises';
import { failureOf, InputRefused } from '../shared/pipeline/errors.ts';

const PLAIN: Readonly<Record<string, string>> = {
  EISDIR: 'is a folder; expected a file.',
  ENOENT: 'does not exist.',
};

/** @throws {@link InputRefused} in plain words where the file cannot be read */
export async function readInputFile(file: string): Promise<Buffer> {
  return readFile(file).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new InputRefused(`${file} ${PLAIN[code] ?? `cannot be read: ${failureOf(error).message}`}`);
  });
}
