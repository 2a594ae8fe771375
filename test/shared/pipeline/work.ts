/** What stands in for a stage's own work. */
import type { StageResult } from '../../../shared/pipeline/table/records.ts';
import type { StageWork } from '../../../shared/pipeline/stage/stage-worker.ts';

export const result = (n: number): StageResult => ({
  artifact: { key: `a-${n}`, sha256: `${n}`, bytes: n },
  summary: { n },
});

/** Work that counts how often it was done. */
export function counted(): { work: StageWork; times: () => number } {
  let times = 0;
  return { work: () => Promise.resolve(result(++times)), times: () => times };
}

export function failing(error: Error): StageWork {
  return () => Promise.reject(error);
}

/** Work that ends when told to. */
export function gated() {
  const ends: {
    resolve: (value: StageResult) => void;
    reject: (error: Error) => void;
    signal: AbortSignal;
  }[] = [];
  const work: StageWork = ({ signal }) =>
    new Promise((resolve, reject) => {
      ends.push({ resolve, reject, signal });
    });
  return { work, ends };
}
