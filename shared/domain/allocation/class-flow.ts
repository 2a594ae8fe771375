/**
 * Boxes of one day in factories, by eligibility class: boxes that the same factories can make are alike here. Here
 * boxes are put into factories within their caps, for the central plan and for the scenarios; what improves a plan
 * afterwards (descent, annealing) is held to the loads that `plan.ts` derives from the same caps.
 *
 * It is a maximum flow by shortest augmenting paths (Edmonds & Karp 1972), found over the factories alone: a path
 * f → g → h means that some class moves boxes from f to g, another from g to h. A path never takes from the total of
 * a factory on its way, so caps that were filled first stay filled.
 *
 * The path is searched in two ways, forwards by `augment` for the central plan and backwards by `fill` for the
 * scenarios. Both end at a maximum flow, but not at the same one: what is published depends on which is used.
 */
import { carries, UNALLOCATED } from '../factory-mask.ts';
import { apportion } from '../targets/apportion.ts';

export interface Classes {
  /** [class] the open factories that may take its boxes, as bits. */
  readonly mask: ArrayLike<number>;
  /** [class] boxes. */
  readonly count: ArrayLike<number>;
}

/** Some boxes of a class, from a factory or {@link UNALLOCATED} to a factory. */
interface Step {
  readonly cls: number;
  readonly from: number;
  readonly to: number;
}

const NO_CLASS = -1;

export class ClassFlow {
  /** [class × F + factory] boxes. */
  readonly boxes: Int32Array;
  /** [factory] boxes. */
  readonly load: Int32Array;
  /** [class] boxes in no factory. */
  readonly unallocated: Int32Array;
  /** Boxes in no factory, of all classes. */
  unallocatedTotal = 0;
  private readonly mask: Uint32Array;
  private readonly factories: number;

  /** @param caps [factory] whole boxes; Infinity: no cap */
  constructor(
    { mask, count }: Classes,
    private readonly caps: ArrayLike<number>,
  ) {
    this.factories = caps.length;
    this.mask = new Uint32Array(mask);
    this.boxes = new Int32Array(mask.length * caps.length);
    this.load = new Int32Array(caps.length);
    this.unallocated = new Int32Array(count);
    for (const boxes of this.unallocated) this.unallocatedTotal += boxes;
  }

  /** Puts boxes of a class that are in no factory into one, as far as the class and the cap allow. */
  put(cls: number, factory: number, wanted: number): void {
    if (!carries(this.mask[cls], factory)) return;
    const boxes = Math.max(0, Math.min(wanted, this.room(factory), this.unallocated[cls]));
    this.move(cls, UNALLOCATED, factory, boxes);
  }

  /** Takes all boxes of a class out of a factory; returns how many. */
  take(cls: number, factory: number): number {
    const boxes = this.inPlace(cls, factory);
    this.move(cls, factory, UNALLOCATED, boxes);
    return boxes;
  }

  /** Moves boxes between factories or {@link UNALLOCATED}, whatever the caps: see {@link cutAtCaps}. */
  move(cls: number, from: number, to: number, boxes: number): void {
    this.add(cls, from, -boxes);
    this.add(cls, to, boxes);
  }

  /** Takes the boxes over a cap out, of every class in proportion. */
  cutAtCaps(): void {
    for (let f = 0; f < this.factories; f++) {
      if (this.room(f) >= 0) continue;
      const held = new Int32Array(this.mask.length);
      for (let cls = 0; cls < held.length; cls++) held[cls] = this.inPlace(cls, f);
      const kept = apportion(held, this.caps[f]);
      for (let cls = 0; cls < held.length; cls++) this.move(cls, f, UNALLOCATED, held[cls] - kept[cls]);
    }
  }

  /**
   * Brings boxes that have no factory to those of `targets` (bits) that have room, moving others aside: as many as
   * can be. Goes class by class, and a step moves the first class that can.
   */
  augment(targets: number): void {
    for (let cls = 0; cls < this.mask.length; cls++) {
      while (this.unallocated[cls] > 0) {
        const path = this.pathFrom(cls, targets);
        if (path === undefined) break;
        this.moveAlong(path);
      }
    }
  }

  /**
   * Moves boxes into a factory until it is full or no more can be: those in no factory first, then those of the
   * donors. A step moves the class of which most boxes can go, so that few paths fill it: scenarios are many.
   */
  fill(factory: number, donors: readonly number[] = []): void {
    while (this.room(factory) > 0 && (donors.length > 0 || this.unallocatedTotal > 0)) {
      const path = this.pathTo(factory, donors);
      if (path === undefined) return;
      this.moveAlong(path);
    }
  }

  private room(factory: number): number {
    return this.caps[factory] - this.load[factory];
  }

  private inPlace(cls: number, place: number): number {
    return place === UNALLOCATED ? this.unallocated[cls] : this.boxes[cls * this.factories + place];
  }

  private add(cls: number, place: number, boxes: number): void {
    if (place === UNALLOCATED) {
      this.unallocated[cls] += boxes;
      this.unallocatedTotal += boxes;
    } else {
      this.boxes[cls * this.factories + place] += boxes;
      this.load[place] += boxes;
    }
  }

  /** Moves as many boxes along a path as each step and the cap at its end allow. */
  private moveAlong(path: readonly Step[]): void {
    let boxes = this.room(path[path.length - 1].to);
    for (const { cls, from } of path) boxes = Math.min(boxes, this.inPlace(cls, from));
    for (const { cls, from, to } of path) this.move(cls, from, to, boxes);
  }

  /** A shortest path for a class's boxes from no factory to a target with room, searched forwards. */
  private pathFrom(cls: number, targets: number): Step[] | undefined {
    /** [factory] the step by which the search came there. */
    const reachedBy: (Step | undefined)[] = new Array<undefined>(this.factories).fill(undefined);
    const queue: number[] = [];
    for (let f = 0; f < this.factories; f++) {
      if (!carries(this.mask[cls], f)) continue;
      reachedBy[f] = { cls, from: UNALLOCATED, to: f };
      queue.push(f);
    }
    for (const f of queue) {
      if (carries(targets, f) && this.room(f) > 0) {
        const path: Step[] = [];
        for (let step = reachedBy[f]; step; step = reachedBy[step.from]) path.unshift(step);
        return path;
      }
      for (let g = 0; g < this.factories; g++) {
        if (reachedBy[g]) continue;
        const mover = this.firstClass(f, g);
        if (mover === NO_CLASS) continue;
        reachedBy[g] = { cls: mover, from: f, to: g };
        queue.push(g);
      }
    }
    return undefined;
  }

  /** A shortest path from no factory or a donor to a factory, searched backwards. */
  private pathTo(factory: number, donors: readonly number[]): Step[] | undefined {
    /** [factory] the next one on the way to `factory`; −1: not reached. */
    const next = new Int32Array(this.factories).fill(-1);
    next[factory] = factory;
    const queue = [factory];
    for (const f of queue) {
      if (this.largestClass(UNALLOCATED, f) !== NO_CLASS) return this.stepsOf(UNALLOCATED, f, next);
      for (const g of donors) if (next[g] < 0 && this.largestClass(g, f) !== NO_CLASS) return this.stepsOf(g, f, next);
      for (let g = 0; g < this.factories; g++) {
        if (next[g] >= 0 || this.largestClass(g, f) === NO_CLASS) continue;
        next[g] = f;
        queue.push(g);
      }
    }
    return undefined;
  }

  private stepsOf(start: number, second: number, next: Int32Array): Step[] {
    const path: Step[] = [];
    for (let from = start, to = second; ; from = to, to = next[to]) {
      path.push({ cls: this.largestClass(from, to), from, to });
      if (next[to] === to) return path;
    }
  }

  /** The first class with boxes in one factory that another may take. */
  private firstClass(from: number, to: number): number {
    for (let cls = 0; cls < this.mask.length; cls++)
      if (this.boxes[cls * this.factories + from] > 0 && carries(this.mask[cls], to)) return cls;
    return NO_CLASS;
  }

  /** The class of which most boxes can move from one place to a factory. */
  private largestClass(from: number, to: number): number {
    let best = NO_CLASS;
    let most = 0;
    for (let cls = 0; cls < this.mask.length; cls++) {
      if (!carries(this.mask[cls], to)) continue;
      const boxes = this.inPlace(cls, from);
      if (boxes <= most) continue;
      most = boxes;
      best = cls;
    }
    return best;
  }
}
