/**
 * Boxes of one day and one scenario to factories, by eligibility class: small whole-number flows, solved for every day
 * of every scenario.
 */
import { ClassFlow } from '../allocation/class-flow.ts';
import { UNALLOCATED } from '../factory-mask.ts';
import { apportion } from '../targets/apportion.ts';

/** One day's boxes and limits; C classes, F factories. */
export interface DayDemand {
  /** [class] factories that can make its boxes, as bits. */
  readonly masks: ArrayLike<number>;
  /** [class] boxes. */
  readonly boxes: ArrayLike<number>;
  /** [class × F + factory] where the class's boxes would go if no cap were in the way; rows sum to 1, or are all 0. */
  readonly share: Float64Array;
  /** [factory] boxes; Infinity: no cap. */
  readonly cap: ArrayLike<number>;
  /** [factory] 1: filled up to its cap as far as there are boxes for it, before the others. */
  readonly filled: ArrayLike<number>;
  /** Factory index. */
  readonly catchAll: number;
}

export interface DayAllocation {
  /** [class × F + factory] boxes. */
  readonly boxes: Int32Array;
  /** [class] boxes that no factory has room for. */
  readonly unallocated: Int32Array;
  /** [factory] unconstrained demand: boxes that would come without any cap. */
  readonly unconstrained: Int32Array;
}

/**
 * Shares the boxes out as preferred, cuts at the caps, fills the factories that are to be filled, and gives
 * what is left to the catch-all first and to any room after it, moving other boxes aside where only that
 * makes room. So as few boxes as possible stay unallocated, and of those allocated as many as possible are
 * in factories to be filled.
 */
export function allocateDay({ masks, boxes, share, cap, filled, catchAll }: DayDemand): DayAllocation {
  const F = cap.length;
  const flow = new ClassFlow({ mask: masks, count: boxes }, cap);
  for (let cls = 0; cls < masks.length; cls++) {
    const row = share.subarray(cls * F, (cls + 1) * F);
    if (!row.some((part) => part > 0)) continue;
    const preferred = apportion(row, boxes[cls]);
    for (let f = 0; f < F; f++) flow.move(cls, UNALLOCATED, f, preferred[f]);
  }
  const unconstrained = Int32Array.from(flow.load);
  flow.cutAtCaps();
  const order = Array.from(cap, (_, f) => f).sort((a, b) => Number(b === catchAll) - Number(a === catchAll) || a - b);
  const others = order.filter((f) => filled[f] !== 1);
  for (const f of order) if (filled[f] === 1) flow.fill(f, others);
  for (const f of order) flow.fill(f);
  return { boxes: flow.boxes, unallocated: flow.unallocated, unconstrained };
}
