/**
 * How many boxes of every eligibility class go to every factory: a maximum flow, so that no cap is left
 * unfilled, and no box without a factory, that could be helped.
 *
 * Boxes with the same eligible factories are one class. Filling is by augmenting paths over the factories alone:
 * a path f → g → h means that some class moves boxes from f to g, another from g to h. A path never takes from
 * the total of a factory on its way, so exact caps that were filled first stay filled.
 */
export interface Classes {
  /** [class] a bit for each open factory that may take it. */
  readonly mask: Uint32Array;
  /** [class] boxes. */
  readonly count: Int32Array;
}

export class ClassFlow {
  /** [class × F + factory] boxes. */
  readonly flow: Int32Array;
  /** [factory] boxes. */
  readonly load: Int32Array;
  /** [class] boxes without a factory. */
  readonly left: Int32Array;

  constructor(
    private readonly classes: Classes,
    private readonly caps: Float64Array,
  ) {
    this.flow = new Int32Array(classes.mask.length * caps.length);
    this.load = new Int32Array(caps.length);
    this.left = Int32Array.from(classes.count);
  }

  /** Puts boxes of a class into a factory, as far as both allow; returns how many. */
  put(cls: number, factory: number, wanted: number): number {
    if (((this.classes.mask[cls] >>> factory) & 1) === 0) return 0;
    const room = this.caps[factory] - this.load[factory];
    const moved = Math.max(0, Math.min(wanted, room, this.left[cls]));
    this.flow[cls * this.caps.length + factory] += moved;
    this.load[factory] += moved;
    this.left[cls] -= moved;
    return moved;
  }

  /** Takes all boxes of a class out of a factory; returns how many. */
  take(cls: number, factory: number): number {
    const at = cls * this.caps.length + factory;
    const taken = this.flow[at];
    this.flow[at] = 0;
    this.load[factory] -= taken;
    this.left[cls] += taken;
    return taken;
  }

  /** Brings boxes that have no factory to those of `targets` that have room, moving others aside. */
  augment(targets: number): void {
    for (let cls = 0; cls < this.classes.mask.length; cls++) {
      while (this.left[cls] > 0 && this.augmentOnce(cls, targets)) {
        // Each path fills a factory, empties the class, or moves all that a class has on one leg.
      }
    }
  }

  private augmentOnce(cls: number, targets: number): boolean {
    const F = this.caps.length;
    const cameFrom = new Int32Array(F).fill(-2);
    const byClass = new Int32Array(F).fill(-1);
    const queue: number[] = [];
    for (let f = 0; f < F; f++) {
      if (((this.classes.mask[cls] >>> f) & 1) === 0) continue;
      cameFrom[f] = -1;
      queue.push(f);
    }
    for (let at = 0; at < queue.length; at++) {
      const f = queue[at];
      if (((targets >>> f) & 1) === 1 && this.load[f] < this.caps[f])
        return this.apply(cls, f, cameFrom, byClass);
      for (let g = 0; g < F; g++) {
        if (cameFrom[g] !== -2) continue;
        const mover = this.mover(f, g);
        if (mover < 0) continue;
        cameFrom[g] = f;
        byClass[g] = mover;
        queue.push(g);
      }
    }
    return false;
  }

  /** A class with boxes in f that may go to g; −1: none. */
  private mover(f: number, g: number): number {
    const F = this.caps.length;
    for (let cls = 0; cls < this.classes.mask.length; cls++) {
      if (this.flow[cls * F + f] > 0 && ((this.classes.mask[cls] >>> g) & 1) === 1) return cls;
    }
    return -1;
  }

  private apply(cls: number, end: number, cameFrom: Int32Array, byClass: Int32Array): boolean {
    const F = this.caps.length;
    let amount = Math.min(this.left[cls], this.caps[end] - this.load[end]);
    let first = end;
    for (let g = end; cameFrom[g] >= 0; g = cameFrom[g]) {
      amount = Math.min(amount, this.flow[byClass[g] * F + cameFrom[g]]);
      first = cameFrom[g];
    }
    for (let g = end; cameFrom[g] >= 0; g = cameFrom[g]) {
      this.flow[byClass[g] * F + cameFrom[g]] -= amount;
      this.flow[byClass[g] * F + g] += amount;
    }
    this.flow[cls * F + first] += amount;
    this.load[end] += amount;
    this.left[cls] -= amount;
    return amount > 0;
  }
}
