/** A plan of one day while it is improved: the boxes that have a choice, and how much the plan changes. */
import { BOUND_TOLERANCE } from './options.ts';
import { factoriesIn, factoriesWhere, UNALLOCATED } from '../factory-mask.ts';
import type { DayProblem } from './problem.ts';

/**
 * A choice is a box that two or more open factories may take; the others stay where they are and are counted once.
 * A cell is recipe × F + factory.
 */
export class Plan {
  /** [choice] box. */
  readonly box: Uint32Array;
  /** [choice] open factories that may take it, as bits. */
  readonly mask: Uint32Array;
  /** [choice] where its recipes begin in `cell`; one longer than the choices. */
  readonly start: Uint32Array;
  /** recipe × F of each recipe of each choice: its cell in factory 0. */
  readonly cell: Uint32Array;
  /** [choice] factory. */
  readonly factory: Uint8Array;
  /** [cell] boxes now − before. */
  readonly difference: Int32Array;
  /** [factory] boxes. */
  readonly load: Int32Array;
  /** [factory] the fewest and the most boxes it may hold; equal where its cap is filled exactly. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly factoryCount: number;
  /** Σ |difference|, boxes. */
  objective = 0;

  /**
   * @param factory [box] a feasible start
   * @param load [factory] boxes of that start; an exact factory keeps its own
   * @param previous [cell] boxes before
   */
  constructor(problem: DayProblem, factory: Uint8Array, load: Int32Array, previous: Int32Array) {
    const { factoryCount: F, caps, exact } = problem;
    this.factoryCount = F;
    this.load = Int32Array.from(load);
    this.high = Float64Array.from(caps, (cap, f) => (exact[f] === 1 && cap < Infinity ? load[f] : cap));
    this.low = Float64Array.from(caps, (cap, f) => (exact[f] === 1 && cap < Infinity ? load[f] : 0));
    this.difference = Int32Array.from(previous, (before) => -before);
    const open = factoriesWhere(F, (f) => caps[f] > 0);
    const choices = choicesOf(problem, factory, open);
    this.box = choices.box;
    this.mask = Uint32Array.from(this.box, (box) => problem.eligible[box] & open);
    this.factory = Uint8Array.from(this.box, (box) => factory[box]);
    this.start = new Uint32Array(this.box.length + 1);
    this.cell = new Uint32Array(choices.recipes);
    this.layOut(problem);
    this.count(problem, factory);
  }

  private layOut({ recipeStart, recipe, factoryCount }: DayProblem): void {
    let at = 0;
    for (let i = 0; i < this.box.length; i++) {
      const box = this.box[i];
      for (let p = recipeStart[box]; p < recipeStart[box + 1]; p++) this.cell[at++] = recipe[p] * factoryCount;
      this.start[i + 1] = at;
    }
  }

  private count({ recipeStart, recipe, factoryCount, boxCount }: DayProblem, factory: Uint8Array): void {
    const { difference } = this;
    for (let b = 0; b < boxCount; b++) {
      const f = factory[b];
      if (f === UNALLOCATED) continue;
      for (let p = recipeStart[b]; p < recipeStart[b + 1]; p++) difference[recipe[p] * factoryCount + f]++;
    }
    this.objective = sumOfChanges(difference);
  }

  /** Σ over recipes |now − before|, factories apart: no plan of these boxes changes less. */
  globalChange(): number {
    const F = this.factoryCount;
    let change = 0;
    for (let cell = 0; cell < this.difference.length; cell += F) {
      let sum = 0;
      for (let f = 0; f < F; f++) sum += this.difference[cell + f];
      change += Math.abs(sum);
    }
    return change;
  }

  /** The smallest number not below a bound that an objective can be: moving a box changes it by an even number. */
  roundedUp(bound: number): number {
    const whole = Math.ceil(bound - BOUND_TOLERANCE);
    return (whole - this.objective) % 2 === 0 ? whole : whole + 1;
  }

  /** Moves a choice to another factory and returns the change of the objective. */
  move(choice: number, to: number): number {
    const from = this.factory[choice];
    const { difference, cell } = this;
    let change = 0;
    for (let p = this.start[choice]; p < this.start[choice + 1]; p++) {
      change += difference[cell[p] + from]-- > 0 ? -1 : 1;
      change += difference[cell[p] + to]++ < 0 ? -1 : 1;
    }
    this.load[from]--;
    this.load[to]++;
    this.factory[choice] = to;
    this.objective += change;
    return change;
  }

  /** Takes over another assignment of the same boxes. */
  adopt(factory: Uint8Array): void {
    for (let i = 0; i < factory.length; i++) if (factory[i] !== this.factory[i]) this.move(i, factory[i]);
  }
}

/**
 * Half the change of the objective if a choice moved, every recipe for itself. Without a branch, which would cost
 * most of the time: a shifted sign is −1 where the move takes from a surplus or fills a gap.
 */
export function halfChange({ difference, start, cell }: Plan, choice: number, from: number, to: number): number {
  const end = start[choice + 1];
  let half = 0;
  for (let p = start[choice]; p < end; p++) {
    const at = cell[p];
    half += 1 + (-difference[at + from] >> 31) + (difference[at + to] >> 31);
  }
  return half;
}

function choicesOf({ eligible, recipeStart, boxCount }: DayProblem, factory: Uint8Array, open: number) {
  const box = new Uint32Array(boxCount);
  let count = 0;
  let recipes = 0;
  for (let b = 0; b < boxCount; b++) {
    if (factoriesIn(eligible[b] & open) < 2 || factory[b] === UNALLOCATED) continue;
    box[count++] = b;
    recipes += recipeStart[b + 1] - recipeStart[b];
  }
  return { box: box.slice(0, count), recipes };
}

function sumOfChanges(difference: Int32Array): number {
  let sum = 0;
  for (let at = 0; at < difference.length; at++) sum += Math.abs(difference[at]);
  return sum;
}
