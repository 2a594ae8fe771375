/** Random words for router tests. */
import type { MenuWeek } from '../../../shared/domain/model.ts';
import { randomKey, Stream } from '../../../shared/domain/sampling/random.ts';
import { RandomWords } from '../../../shared/domain/sampling/random-words.ts';

/** For `DayProblem.random`. */
export function searchWords(part: number): RandomWords {
  return new RandomWords(randomKey(1, '2026-W49' as MenuWeek), Stream.route, 0, part);
}

/** For drawing cases: every `seed` has a sequence of its own. */
export function caseWords(seed: number): RandomWords {
  return new RandomWords(randomKey(seed, '2026-W50' as MenuWeek), Stream.route, 0, 0);
}
