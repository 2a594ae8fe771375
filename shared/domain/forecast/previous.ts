/** What was last published for a week, seen through today's menu, days and factories. */
import { UNALLOCATED } from '../factory-mask.ts';
import type { SiteForecast } from './site-forecast.ts';
import type { Week } from '../model.ts';

/**
 * Boxes that held each recipe, by factory, on one day of the last forecast: [recipe × F + factory], in the
 * indices of `week`. Undefined where the last forecast did not deliver on that date.
 *
 * Recipes and factories are matched by id; one that is gone leaves no trace, so it costs the router nothing.
 */
export function previousCounts(
  week: Pick<Week, 'days' | 'recipes' | 'factories'>,
  day: number,
  previous: SiteForecast,
): Int32Array | undefined {
  const dayBefore = previous.days.indexOf(week.days[day]);
  if (dayBefore < 0) return undefined;
  const recipeBefore = indexById(week.recipes, previous.recipes);
  const factoryBefore = indexById(week.factories, previous.factories);
  const sizes = previous.portionSizes.length;
  const counts = new Int32Array(week.recipes.length * week.factories.length);
  for (let r = 0; r < week.recipes.length; r++) {
    for (let f = 0; f < week.factories.length; f++) {
      if (recipeBefore[r] < 0 || factoryBefore[f] < 0) continue;
      const cell =
        ((dayBefore * previous.factories.length + factoryBefore[f]) * previous.recipes.length + recipeBefore[r]) *
        sizes;
      let held = 0;
      for (let s = 0; s < sizes; s++) {
        held += previous.placed.recipeBoxes[cell + s] + previous.simulated.recipeBoxes[cell + s];
      }
      counts[r * week.factories.length + f] = held;
    }
  }
  return counts;
}

/**
 * [box, placed ones first] Where each box went last time, by its place among the placed and among the simulated ones;
 * `UNALLOCATED` where that is not known. Nearly all keep their places from run to run (simulated ones are drawn by
 * their place), so with nothing changed this is the last plan itself. A wrong guess costs the router some search,
 * nothing else.
 */
export function previousFactories(week: Week, boxCount: number, previous: SiteForecast): Uint8Array {
  const now = indexById(previous.factories, week.factories);
  const placedBefore = sum(previous.placed.boxes) + sum(previous.placed.unallocated);
  const before = previous.factoryOfBox;
  return Uint8Array.from({ length: boxCount }, (_, box) => {
    const simulated = box - week.placed.count;
    const was = simulated >= 0 ? placedBefore + simulated : box < placedBefore ? box : before.length;
    const factory = was < before.length ? before[was] : UNALLOCATED;
    return factory < now.length && now[factory] >= 0 ? now[factory] : UNALLOCATED;
  });
}

function sum(values: Int32Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/** [index in `items`] → index of the same id in `others`, −1 where it has none. */
function indexById(items: readonly { readonly id: string }[], others: readonly { readonly id: string }[]): Int32Array {
  const index = new Map(others.map((other, at) => [other.id, at]));
  return Int32Array.from(items, (item) => index.get(item.id) ?? -1);
}
