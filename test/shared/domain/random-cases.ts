/** Random words for router tests, and the columns of drawn boxes. */
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

/** The boxes' part of a `DayProblem`. */
export function boxesOf(boxes: readonly { readonly recipes: readonly number[]; readonly eligible: number }[]) {
  const recipeStart = new Uint32Array(boxes.length + 1);
  boxes.forEach(({ recipes }, b) => (recipeStart[b + 1] = recipeStart[b] + recipes.length));
  return {
    boxCount: boxes.length,
    recipeStart,
    recipe: Uint16Array.from(boxes.flatMap(({ recipes }) => recipes)),
    eligible: Uint32Array.from(boxes, ({ eligible }) => eligible),
    random: searchWords,
  };
}
