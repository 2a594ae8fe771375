/** What a revision changed against the revision before it: in `summary.json` under `corrects`. */
import type { WeekChange } from './changes.ts';

export interface Correction {
  /** The revision before. */
  readonly revision: number;
  /** The weeks that were forecast again. */
  readonly weeks: readonly string[];
  /** The 20 largest changes of an ingredient's week against that revision. */
  readonly top_changes: readonly WeekChange[];
}
