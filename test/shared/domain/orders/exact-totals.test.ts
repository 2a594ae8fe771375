import type { Boxes } from '../../../../shared/domain/model.ts';
import { simulateOrders } from '../../../../shared/domain/orders/simulate-orders.ts';
import { expectSound, LARGE_MIX, makeWeek, sum, tally, zipf, options } from '../weeks.ts';

const factories = ['exact', 'at_most', 'at_most'] as const;

describe('every day', () => {
  const dayShare = [0.3, 0.25, 0.25, 0.2];
  const settings = { boxes: 30_000, uptake: zipf(60, 0.8), mix: LARGE_MIX, dayShare };
  const byDay = (boxes: Boxes) => {
    const counts = dayShare.map(() => new Array<number>(60).fill(0));
    for (let box = 0; box < boxes.count; box++)
      for (let p = boxes.recipeStart[box]; p < boxes.recipeStart[box + 1]; p++)
        counts[boxes.day[box]][boxes.recipe[p]]++;
    return counts;
  };
  const week = makeWeek(settings);
  const boxes = simulateOrders(week, options);

  test('gets its part of each recipe', () => {
    const off = byDay(boxes).flatMap((counts) => {
      const picks = sum(counts);
      return counts.map((count, r) => Math.abs(count - week.uptake[r] * picks));
    });
    expect(Math.max(...off)).toBeLessThan(5);
    expect(sum(off) / off.length).toBeLessThan(0.6);
  });

  test('has recipes change by little more than the uptake', () => {
    const uptake = Float64Array.from(week.uptake);
    uptake[2] -= 0.005;
    uptake[30] += 0.005;
    const [before, after] = [boxes, simulateOrders({ ...week, uptake }, options)].map(byDay);
    const change = sum(before.flatMap((counts, d) => counts.map((count, r) => Math.abs(count - after[d][r]))));
    expect(change / boxes.recipe.length).toBeLessThan(0.0125);
  });

  test('spreads the exchanges: large boxes have their part of rare recipes too', () => {
    const isRare = (recipe: number) => recipe >= 40;
    const share = (k: number) => {
      const picks: number[] = [];
      for (let box = 0; box < boxes.count; box++)
        if (boxes.recipeStart[box + 1] - boxes.recipeStart[box] === k)
          picks.push(...boxes.recipe.subarray(boxes.recipeStart[box], boxes.recipeStart[box + 1]));
      return picks.filter(isRare).length / picks.length;
    };
    expect(share(2)).toBeCloseTo(share(4), 1);
  });
});

test.each([1, 5, 6, 8, 9, 12])('boxes of %i recipes have exact totals, none of them twice in one', (k) => {
  const week = makeWeek({
    boxes: 3_000,
    mix: [[k, 0, 1]],
    uptake: zipf(40, 0.3),
    carriedBy: Array.from({ length: 40 }, (_, r) => (r % 4 === 0 ? 7 : r % 2 ? 4 : 6)),
    factories,
  });
  const boxes = simulateOrders(week, options);
  tally(boxes.recipe, 40).forEach((count, r) =>
    expect(Math.abs(count - week.uptake[r] * boxes.recipe.length)).toBeLessThan(1),
  );
  expectSound(week, boxes);
});

test('a menu with no factory that carries all still has exact totals', () => {
  const week = makeWeek({
    boxes: 5_000,
    factories,
    carriedBy: Array.from({ length: 20 }, (_, r) => [3, 6, 5, 7][r % 4]),
  });
  const boxes = simulateOrders(week, options);
  const counts = tally(boxes.recipe, 20);
  counts.forEach((count, r) => expect(Math.abs(count - week.uptake[r] * boxes.recipe.length)).toBeLessThan(1));
  expectSound(week, boxes);
});
