/** What a run has left, and what of it is not as a run in peace leaves it. */
import { createHash } from 'node:crypto';
import type { RunId } from '../../../shared/pipeline/messages.ts';
import type { RunView } from '../../../shared/pipeline/table/run-store.ts';

export const RUN = 'load' as RunId;
export const SCENARIOS = 20;

const TABLES = ['ingredients.csv', 'products.csv', 'recipes.csv', 'utilisation.csv'];

export interface Outcome {
  readonly seconds: number;
  readonly complete: number;
  readonly revisions: number;
  readonly mails: number;
  /** [file] SHA-256 */
  readonly files: ReadonlyMap<string, string>;
}

export interface DisturbedOutcome extends Outcome {
  /** How often it was disturbed, in words. */
  readonly summary: string;
}

/** @param read a published file of the run's first revision */
export async function outcomeOf(
  { weeks, revisions }: RunView,
  seconds: number,
  mails: number,
  read: (file: string) => Promise<Uint8Array>,
): Promise<Outcome> {
  const hashed = TABLES.map(async (file) => {
    const hash = createHash('sha256').update(await read(file));
    return [file, hash.digest('hex')] as const;
  });
  return {
    seconds,
    complete: weeks.filter(({ status }) => status === 'COMPLETE').length,
    revisions: revisions.length,
    mails,
    files: new Map(await Promise.all(hashed)),
  };
}

export function problemsOf(peace: Outcome, load: Outcome, weeks: number): string[] {
  const problems: string[] = [];
  if (load.complete !== weeks) problems.push(`${weeks - load.complete} weeks are not complete`);
  if (load.revisions !== 1) problems.push(`${load.revisions} revisions instead of 1`);
  if (load.mails !== 1) problems.push(`${load.mails} mails instead of 1`);
  for (const [file, hash] of peace.files)
    if (load.files.get(file) !== hash) problems.push(`${file} is not that of the run in peace`);
  return problems;
}
