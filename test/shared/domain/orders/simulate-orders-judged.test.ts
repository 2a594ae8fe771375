/** Menus that no factory carries whole, judged by a linear program (HiGHS): what is possible is drawn, and nothing else refused. */
import loadHighs from 'highs';
import { InputError } from '../../../../shared/domain/errors.ts';
import { carries } from '../../../../shared/domain/factory-mask.ts';
import type { Week } from '../../../../shared/domain/model.ts';
import { simulateOrders } from '../../../../shared/domain/orders/simulate-orders.ts';
import { caseWords } from '../random-cases.ts';
import { makeWeek, tally } from '../weeks.ts';

type Highs = Awaited<ReturnType<typeof loadHighs>>;

const CASES = 60;
const BOXES = 2_000;
const SIZES = [[2, 3, 4], [3], [2, 6], [2, 5], [3, 4, 8], [4]];

/** Two to five menus: nothing in common, a little, or much. */
function drawWeek(seed: number): Week {
  const words = caseWords(seed);
  const F = 2 + words.below(4);
  const R = 6 * F + words.below(30);
  const shared = [0, 15, 40][words.below(3)];
  const carriedBy = Array.from({ length: R }, (_, r) => {
    let mask = 1 << (r % F);
    for (let f = 0; f < F; f++) if (words.below(100) < shared) mask |= 1 << f;
    return mask;
  });
  const steepness = words.below(90) / 100;
  return makeWeek({
    boxes: BOXES,
    mix: SIZES[words.below(SIZES.length)].map((k) => [k, 0, 1 + words.below(5)] as const),
    uptake: Array.from({ length: R }, (_, r) => (r + 1) ** -steepness * (1 + words.below(100) / 100)),
    carriedBy,
    factories: Array.from({ length: F }, () => 'at_most' as const),
  });
}

/**
 * The least share of the picks that is not where the uptake wants it. Variables: boxes of a menu and size, and picks of a
 * recipe in them, of which a box holds one at most.
 */
function leastMissed(highs: Highs, week: Week): number {
  const { recipesPerBox, share } = week.mix;
  const mean = share.reduce((sum, part, c) => sum + part * recipesPerBox[c], 0);
  const holders = week.factories.map((_, f) => [...week.carriedBy.keys()].filter((r) => carries(week.carriedBy[r], f)));
  const rows: string[] = [];
  const places: string[][] = Array.from(week.uptake, () => []);
  for (let c = 0; c < share.length; c++) {
    rows.push(`${holders.map((_, f) => `y${f}_${c}`).join(' + ')} = ${share[c]}`);
    holders.forEach((recipes, f) => {
      const picks = recipes.map((r) => `x${r}_${f}_${c}`);
      rows.push(`${picks.join(' + ')} - ${recipesPerBox[c]} y${f}_${c} = 0`);
      picks.forEach((pick, at) => {
        rows.push(`${pick} - y${f}_${c} <= 0`);
        places[recipes[at]].push(pick);
      });
    });
  }
  week.uptake.forEach((uptake, r) => rows.push(`${places[r].join(' + ')} + short${r} >= ${uptake * mean}`));
  const objective = Array.from(week.uptake, (_, r) => `short${r}`).join(' + ');
  const solution = highs.solve(`Minimize\n ${objective}\nSubject To\n ${rows.join('\n ')}\nEnd\n`);
  return solution.Status === 'Optimal' ? solution.ObjectiveValue / mean : 1;
}

test(`${CASES} weeks of menus that lie apart`, async () => {
  const highs = await loadHighs();
  const seen = { possible: 0, impossible: 0 };
  for (let seed = 1; seed <= CASES; seed++) {
    const week = drawWeek(seed);
    const missed = leastMissed(highs, week);
    const drawn = () => simulateOrders(week, { seed, constraints: {} });
    if (missed > 0.011) {
      seen.impossible++;
      expect(drawn).toThrow(InputError);
    } else if (missed < 1e-6) {
      seen.possible++;
      const boxes = drawn();
      const picks = boxes.recipe.length;
      const off = tally(boxes.recipe, week.uptake.length).map((count, r) => Math.abs(count - week.uptake[r] * picks));
      // A menu that hardly has what its boxes need can leave a few picks where they are.
      expect(off.reduce((sum, value) => sum + Math.max(0, value - 1), 0)).toBeLessThan(0.002 * picks);
    }
  }
  expect(seen.possible).toBeGreaterThan(CASES / 4);
  expect(seen.impossible).toBeGreaterThan(CASES / 10);
});
