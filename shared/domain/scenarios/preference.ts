/**
 * Where boxes would go if no cap were in the way: what the scenarios take over from the central plan, so
 * that their means agree with it.
 */
import { boxMasks } from '../box-masks.ts';
import { carries } from '../factory-mask.ts';
import type { Boxes, Week } from '../model.ts';

/** The central plan in shares. */
export interface Preference {
  /** [class] the eligibility masks that occur, C of them. */
  readonly masks: Int32Array;
  /** [(day × C + class) × F + factory] boxes of the plan. */
  readonly boxes: Float64Array;
  /** [day × F + factory] 1: filled up to its cap whatever the volume. */
  readonly filled: Uint8Array;
}

/**
 * The preference that a plan shows, by day and eligibility. A factory that fills its cap exactly, or that
 * the plan brought to its cap (demand goes beyond it; less demand is felt elsewhere first), is filled.
 *
 * @param parts boxes (placed, simulated) and beside each the factory of every box, or `UNALLOCATED`
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

/** Without a plan: every class over its factories in proportion to their caps, as a day without an earlier forecast. */
export function preferenceByCaps(week: Week): Preference {
  return { masks: new Int32Array(0), boxes: new Float64Array(0), filled: filledByRule(week) };
}

function filledByRule(week: Week): Uint8Array {
  return Uint8Array.from(week.caps, (cap, i) =>
    week.factories[i % week.factories.length].fill === 'exact' && cap < Infinity ? 1 : 0,
  );
}

/** The shares that a preference gives, each worked out once. */
export class PreferredShares {
  /** Mask → class, of the masks that the plan has. */
  private readonly classOf: ReadonlyMap<number, number>;
  /** [day × F + factory] boxes of the plan. */
  private readonly ofAll: Float64Array;
  /** [day] mask → shares. */
  private readonly known: readonly Map<number, Float64Array>[];

  constructor(
    private readonly week: Week,
    private readonly preference: Preference,
  ) {
    const { masks, boxes } = preference;
    const F = week.factories.length;
    this.classOf = new Map(Array.from(masks, (mask, c) => [mask, c]));
    this.ofAll = new Float64Array(week.days.length * F);
    for (let i = 0; i < boxes.length; i++) this.ofAll[Math.floor(i / (masks.length * F)) * F + (i % F)] += boxes[i];
    this.known = week.days.map(() => new Map<number, Float64Array>());
  }

  /**
   * The shares of one class on one day, [factory], over the open factories that can make it: as the plan has
   * the class; a class that the plan does not have on that day as the plan has all boxes of the day; else in
   * proportion to the caps (no cap counts as the day's expected boxes). All 0 when nobody open can make it.
   */
  of(day: number, mask: number): Float64Array {
    const known = this.known[day].get(mask);
    if (known !== undefined) return known;
    const shares = this.find(day, mask);
    this.known[day].set(mask, shares);
    return shares;
  }

  private find(day: number, mask: number): Float64Array {
    const { week, preference, ofAll, classOf } = this;
    const F = week.factories.length;
    const open = Float64Array.from({ length: F }, (_, f) => (carries(mask, f) && week.caps[day * F + f] > 0 ? 1 : 0));
    const c = classOf.get(mask);
    const first = (day * preference.masks.length + (c ?? 0)) * F;
    const own = open.map((is, f) => (c === undefined ? 0 : is * preference.boxes[first + f]));
    const all = open.map((is, f) => is * ofAll[day * F + f]);
    const expected = week.boxes * week.dayShare[day] + 1;
    const caps = open.map((is, f) => is * Math.min(week.caps[day * F + f], expected));
    const counts = [own, all, caps].find((candidate) => candidate.some((value) => value > 0)) ?? open;
    const sum = counts.reduce((total, value) => total + value, 0);
    return sum > 0 ? counts.map((value) => value / sum) : counts;
  }
}
