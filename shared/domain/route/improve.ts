/** Local search for stability: moves and swaps of boxes that do not change more against the last forecast. */
import { UNALLOCATED, type DayProblem } from './problem';

export interface Outcome {
  readonly objective: number;
  readonly lowerBound: number;
  readonly optimal: boolean;
}

/** Passes over all boxes; a fixed amount of work, so that the plan does not depend on the machine. */
const PASSES = 30;
/** Partners tried for a swap. */
const PARTNERS = 8;

/**
 * Improves `factory` in place, never leaving a cap, until the bound is reached or the passes are used up.
 *
 * The bound is Σ over recipes |now − before| without factories: no routing can change less.
 */
export function improve(problem: DayProblem, factory: Uint8Array): Outcome {
  if (!problem.previous) return { objective: 0, lowerBound: 0, optimal: true };
  const search = new Search(problem, factory, problem.previous);
  const lowerBound = search.globalChange();
  for (let pass = 0; pass < PASSES && search.objective > lowerBound; pass++) {
    if (!search.pass(pass)) break;
  }
  return { objective: search.objective, lowerBound, optimal: search.objective === lowerBound };
}

class Search {
  objective = 0;
  /** [recipe × F + factory] now − before. */
  private readonly difference: Int32Array;
  private readonly load: Int32Array;
  private readonly members: Uint32Array;

  constructor(
    private readonly problem: DayProblem,
    private readonly factory: Uint8Array,
    previous: Int32Array,
  ) {
    const F = problem.factoryCount;
    this.difference = Int32Array.from(previous, (before) => -before);
    this.load = new Int32Array(F);
    this.members = Uint32Array.from({ length: problem.boxCount }, (_, b) => b);
    for (let b = 0; b < problem.boxCount; b++) {
      if (factory[b] === UNALLOCATED) continue;
      this.load[factory[b]]++;
      for (let at = problem.recipeStart[b]; at < problem.recipeStart[b + 1]; at++) {
        this.difference[problem.recipe[at] * F + factory[b]]++;
      }
    }
    for (const difference of this.difference) this.objective += Math.abs(difference);
  }

  /** Σ over recipes |now − before|, unallocated boxes apart. */
  globalChange(): number {
    const F = this.problem.factoryCount;
    let change = 0;
    for (let r = 0; r < this.problem.recipeCount; r++) {
      let sum = 0;
      for (let f = 0; f < F; f++) sum += this.difference[r * F + f];
      change += Math.abs(sum);
    }
    return change;
  }

  /** @returns whether anything improved */
  pass(round: number): boolean {
    const before = this.objective;
    const n = this.problem.boxCount;
    for (let b = 0; b < n; b++) {
      if (this.factory[b] === UNALLOCATED || this.gain(b) >= 0) continue;
      if (!this.tryMoves(b)) this.trySwaps(b, round);
    }
    return this.objective < before;
  }

  /** What leaving its factory changes: below 0 where the box is one too many there. */
  private gain(b: number): number {
    return this.shift(b, this.factory[b], -1);
  }

  /** The change of the objective if the box were added to (+1) or taken from (−1) a factory. */
  private shift(b: number, f: number, step: number): number {
    const { recipe, recipeStart, factoryCount: F } = this.problem;
    let change = 0;
    for (let at = recipeStart[b]; at < recipeStart[b + 1]; at++) {
      const difference = this.difference[recipe[at] * F + f];
      change += Math.abs(difference + step) - Math.abs(difference);
    }
    return change;
  }

  private apply(b: number, f: number, step: number): void {
    const { recipe, recipeStart, factoryCount: F } = this.problem;
    this.objective += this.shift(b, f, step);
    for (let at = recipeStart[b]; at < recipeStart[b + 1]; at++) this.difference[recipe[at] * F + f] += step;
    this.load[f] += step;
  }

  private canTake(b: number, f: number): boolean {
    return ((this.problem.eligible[b] >>> f) & 1) === 1 && this.problem.caps[f] > 0;
  }

  private tryMoves(b: number): boolean {
    const from = this.factory[b];
    // An exact factory keeps its number of boxes: only swaps touch it.
    if (this.problem.exact[from]) return false;
    for (let g = 0; g < this.problem.factoryCount; g++) {
      if (g === from || this.problem.exact[g] || this.load[g] >= this.problem.caps[g] || !this.canTake(b, g))
        continue;
      if (this.gain(b) + this.shift(b, g, 1) >= 0) continue;
      this.apply(b, from, -1);
      this.apply(b, g, 1);
      this.factory[b] = g;
      return true;
    }
    return false;
  }

  private trySwaps(b: number, round: number): void {
    const n = this.problem.boxCount;
    const from = this.factory[b];
    for (let k = 1; k <= PARTNERS; k++) {
      const other = this.members[(b + k * 7919 * (round + 1)) % n];
      const to = this.factory[other];
      if (to === from || to === UNALLOCATED || !this.canTake(b, to) || !this.canTake(other, from)) continue;
      const before = this.objective;
      this.swap(b, from, other, to);
      if (this.objective <= before) return;
      this.swap(b, to, other, from);
    }
  }

  private swap(b: number, from: number, other: number, to: number): void {
    this.apply(b, from, -1);
    this.apply(other, to, -1);
    this.apply(b, to, 1);
    this.apply(other, from, 1);
    this.factory[b] = to;
    this.factory[other] = from;
  }
}
