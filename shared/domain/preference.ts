/**
 * Where boxes would go if no cap were in the way: what the scenarios take over from the central plan, so
 * that their means agree with it.
 */

import { boxMasks } from './add-ons';
import type { Boxes, Week } from './model';

/** The central plan in shares. */
export interface Preference {
  /** Eligibility masks that occur, C of them. */
  readonly masks: Int32Array;
  /** [(day × C + class) × F + factory], boxes of the plan. */
  readonly boxes: Float64Array;
  /** [day × F + factory], 1: filled up to its cap whatever the volume. */
  readonly filled: Uint8Array;
}

/**
 * The preference that a plan shows, by day and eligibility. A factory that fills its cap exactly, or that
 * the plan brought to its cap (demand goes beyond it; less demand is felt elsewhere first), is filled.
 *
 * @param parts boxes (placed, simulated) and beside each the factory of every box; an index past the
 *   factories, such as 255, is a box not allocated
 */
export function preferenceOf(
  week: Week,
  parts: readonly { readonly boxes: Boxes; readonly factory: ArrayLike<number> }[],
): Preference {
  const F = week.factories.length;
  const partMasks = parts.map(({ boxes }) => boxMasks(week, boxes));
  const masks = Int32Array.from(new Set(partMasks.flatMap((list) => [...new Set(list)])));
  const classOf = new Map(Array.from(masks, (mask, c) => [mask, c]));
  const counts = new Float64Array(week.days.length * masks.length * F);
  const load = new Float64Array(week.days.length * F);
  parts.forEach(({ boxes, factory }, part) => {
    for (let box = 0; box < boxes.count; box++) {
      if (factory[box] >= F) continue;
      const c = classOf.get(partMasks[part][box]) ?? 0;
      counts[(boxes.day[box] * masks.length + c) * F + factory[box]]++;
      load[boxes.day[box] * F + factory[box]]++;
    }
  });
  const filled = filledByRule(week).map((rule, i) => (rule === 1 || load[i] >= week.caps[i] ? 1 : 0));
  return { masks, boxes: counts, filled };
}

/** Without a plan: every class over its factories in proportion to their caps, as routing without history. */
export function preferenceByCaps(week: Week): Preference {
  return { masks: new Int32Array(0), boxes: new Float64Array(0), filled: filledByRule(week) };
}

function filledByRule(week: Week): Uint8Array {
  return Uint8Array.from(week.caps, (cap, i) =>
    week.factories[i % week.factories.length].fill === 'exact' && cap < Infinity ? 1 : 0,
  );
}

/**
 * The shares of one class on one day, [factory], over the open factories that can make it: as the plan has
 * the class; a class that the plan does not have on that day as the plan has all boxes of the day; else in
 * proportion to the caps (no cap counts as the day's expected boxes). All 0 when nobody open can make it.
 */
export function preferredShares(week: Week, preference: Preference, day: number, mask: number): Float64Array {
  const F = week.factories.length;
  const C = preference.masks.length;
  const open = Float64Array.from({ length: F }, (_, f) =>
    ((mask >>> f) & 1) === 1 && week.caps[day * F + f] > 0 ? 1 : 0,
  );
  const own = new Float64Array(F);
  const all = new Float64Array(F);
  for (let c = 0; c < C; c++)
    for (let f = 0; f < F; f++) {
      const boxes = preference.boxes[(day * C + c) * F + f] * open[f];
      all[f] += boxes;
      if (preference.masks[c] === mask) own[f] += boxes;
    }
  const expected = week.boxes * week.dayShare[day] + 1;
  const caps = open.map((is, f) => is * Math.min(week.caps[day * F + f], expected));
  const counts = [own, all, caps].find((candidate) => candidate.some((value) => value > 0)) ?? open;
  const sum = counts.reduce((total, value) => total + value, 0);
  return sum > 0 ? counts.map((value) => value / sum) : counts;
}
