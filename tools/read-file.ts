import { readFile } from 'node:fs/promises';
import { failureOf, InputRefused } from '../shared/pipeline/errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  EISDIR: 'is a folder; expected a file.',
  ENOENT: 'does not exist.',
};

/** The bytes of a file that a person named. @throws {@link InputRefused} with a sentence where it cannot be read */
export async function readInputFile(file: string): Promise<Buffer> {
  return readFile(file).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new InputRefused(`${file} ${REASONS[code] ?? `cannot be read: ${failureOf(error).message}`}`);
  });
}
