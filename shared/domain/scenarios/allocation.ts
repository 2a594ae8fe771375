/**
 * Boxes of one day and one scenario to factories, by eligibility class: all boxes that the same factories
 * can make are alike here. Small whole-number flows, solved for every day of every scenario.
 */

import { apportion } from '../targets/apportion.ts';

/** One day's boxes and limits; C classes, F factories. */
export interface DayDemand {
  /** [class], factories that can make its boxes, as bits. */
  readonly masks: ArrayLike<number>;
  /** [class], boxes. */
  readonly boxes: ArrayLike<number>;
  /** [class × F + factory], where the class's boxes would go if no cap were in the way; rows sum to 1. */
  readonly share: Float64Array;
  /** [factory], boxes; Infinity: no cap. */
  readonly cap: ArrayLike<number>;
  /** [factory], 1: filled up to its cap as far as there are boxes for it, before the others. */
  readonly filled: ArrayLike<number>;
  readonly catchAll: number;
}

export interface DayAllocation {
  /** [class × F + factory], boxes. */
  readonly boxes: Int32Array;
  /** [class], boxes that no factory has room for. */
  readonly unallocated: Int32Array;
  /** [factory], boxes that would come without any cap. */
  readonly wanted: Int32Array;
}

/**
 * Shares the boxes out as preferred, cuts at the caps, fills the factories that are to be filled, and gives
 * what is left to the catch-all first and to any room after it, moving other boxes aside where only that
 * makes room. So as few boxes as possible stay unallocated, and of those allocated as many as possible are
 * in factories to be filled.
 */
export function allocateDay(demand: DayDemand): DayAllocation {
  const flow = new Flow(demand);
  flow.cutAtCaps();
  const order = Array.from(demand.cap, (_, f) => f).sort(
    (a, b) => Number(b === demand.catchAll) - Number(a === demand.catchAll) || a - b,
  );
  const filled = order.filter((f) => demand.filled[f] === 1);
  const others = order.filter((f) => demand.filled[f] !== 1);
  for (const f of filled) flow.fill(f, others);
  for (const f of order) flow.fill(f, []);
  return { boxes: flow.boxes, unallocated: flow.left, wanted: flow.wanted };
}

/** Where a box that moves comes from: a factory, or this, the boxes not yet in any. */
const NOWHERE = -1;

/** The boxes of a day as they are moved between factories. */
class Flow {
  /** [class × F + factory] */
  readonly boxes: Int32Array;
  /** [class], in no factory. */
  readonly left: Int32Array;
  /** Boxes in no factory, of all classes. */
  private nowhere: number;
  /** [factory], as preferred, before any cap. */
  readonly wanted: Int32Array;
  private readonly factories: number;
  private readonly classes: number;
  /** [factory] */
  private readonly load: Int32Array;

  constructor(private readonly demand: DayDemand) {
    this.factories = demand.cap.length;
    this.classes = demand.masks.length;
    this.boxes = new Int32Array(this.classes * this.factories);
    this.left = Int32Array.from(demand.boxes);
    this.nowhere = this.left.reduce((sum, boxes) => sum + boxes, 0);
    this.load = new Int32Array(this.factories);
    for (let c = 0; c < this.classes; c++) this.prefer(c);
    this.wanted = Int32Array.from(this.load);
  }

  private prefer(c: number): void {
    const row = this.demand.share.subarray(c * this.factories, (c + 1) * this.factories);
    if (!row.some((share) => share > 0)) return;
    apportion(row, this.demand.boxes[c]).forEach((boxes, f) => this.move(c, NOWHERE, f, boxes));
  }

  private move(c: number, from: number, to: number, boxes: number): void {
    if (from === NOWHERE) {
      this.left[c] -= boxes;
      this.nowhere -= boxes;
    } else {
      this.boxes[c * this.factories + from] -= boxes;
      this.load[from] -= boxes;
    }
    if (to === NOWHERE) {
      this.left[c] += boxes;
      this.nowhere += boxes;
    } else {
      this.boxes[c * this.factories + to] += boxes;
      this.load[to] += boxes;
    }
  }

  /** Takes the boxes over a cap out, of every class in proportion. */
  cutAtCaps(): void {
    for (let f = 0; f < this.factories; f++) {
      if (this.load[f] <= this.demand.cap[f]) continue;
      const column = Int32Array.from({ length: this.classes }, (_, c) => this.boxes[c * this.factories + f]);
      const kept = apportion(column, this.demand.cap[f]);
      column.forEach((boxes, c) => this.move(c, f, NOWHERE, boxes - kept[c]));
    }
  }

  /** Moves boxes into a factory until it is full, from nowhere first and then from the donors. */
  fill(to: number, donors: readonly number[]): void {
    if (donors.length === 0 && this.nowhere === 0) return;
    for (let room = this.room(to); room > 0; room = this.room(to)) if (!this.pull(to, room, donors)) return;
  }

  private room(f: number): number {
    return this.demand.cap[f] - this.load[f];
  }

  /**
   * One shortest path of moves that ends in factory `to`: found backwards, breadth first. On its way it may
   * pass through any factory, which gives boxes of one class away and gets as many of another.
   */
  private pull(to: number, room: number, donors: readonly number[]): boolean {
    const next = new Int32Array(this.factories).fill(-1);
    next[to] = to;
    const queue = [to];
    for (const f of queue) {
      if (this.movable(NOWHERE, f) >= 0) return this.movePath(NOWHERE, f, to, next, room);
      for (const g of donors)
        if (next[g] < 0 && this.movable(g, f) >= 0) return this.movePath(g, f, to, next, room);
      for (let g = 0; g < this.factories; g++) {
        if (next[g] >= 0 || this.movable(g, f) < 0) continue;
        next[g] = f;
        queue.push(g);
      }
    }
    return false;
  }

  /** The class of which most boxes can move from one place to another; −1: none. */
  private movable(from: number, to: number): number {
    let best = -1;
    let most = 0;
    for (let c = 0; c < this.classes; c++) {
      if (((this.demand.masks[c] >>> to) & 1) === 0) continue;
      const boxes = from === NOWHERE ? this.left[c] : this.boxes[c * this.factories + from];
      if (boxes <= most) continue;
      most = boxes;
      best = c;
    }
    return best;
  }

  /** Moves as many boxes along `from` → `first` → … → `to` as each step allows; `next` leads to `to`. */
  private movePath(from: number, first: number, to: number, next: Int32Array, room: number): boolean {
    const steps: { c: number; from: number; to: number }[] = [];
    let amount = room;
    for (let g = from, f = first; ; g = f, f = next[f]) {
      const c = this.movable(g, f);
      amount = Math.min(amount, g === NOWHERE ? this.left[c] : this.boxes[c * this.factories + g]);
      steps.push({ c, from: g, to: f });
      if (f === to) break;
    }
    for (const step of steps) this.move(step.c, step.from, step.to, amount);
    return true;
  }
}
