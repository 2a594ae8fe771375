/** Plateau descent: moves and swaps of boxes that change no more than before. */
import { carries } from '../factory-mask.ts';
import type { RandomWords } from '../sampling/random-words.ts';
import { MAX_SWAP_PARTNERS } from './options.ts';
import { halfChange, type Plan } from './plan.ts';

/**
 * Improves a plan in place, within the caps, until it reaches the bound or the steps are used up. Steps that
 * change nothing are taken too: they lead off the plateaus on which a strict descent would end.
 *
 * @param bound an objective at which to stop
 * @param steps boxes tried, at most
 */
export function descend(plan: Plan, bound: number, steps: number, random: RandomWords): void {
  const m = plan.box.length;
  if (m === 0) return;
  const members = new Members(plan);
  const { factoryCount: F, factory, mask, load, low, high } = plan;
  for (let step = 0; step < steps && plan.objective > bound; step++) {
    const i = random.below(m);
    const from = factory[i];
    const to = random.below(F);
    if (to === from || !carries(mask[i], to)) continue;
    const half = halfChange(plan, i, from, to);
    if (half > 0) continue;
    if (load[to] < high[to] && load[from] > low[from]) {
      members.move(i, from, to);
      // The estimate is off where a box holds a recipe twice.
      if (plan.move(i, to) > 0) {
        plan.move(i, from);
        members.move(i, to, from);
      }
    } else trySwap(plan, members, i, from, to, half, random);
  }
}

function trySwap(
  plan: Plan,
  members: Members,
  i: number,
  from: number,
  to: number,
  half: number,
  random: RandomWords,
): void {
  const others = members.count[to];
  for (let tries = 0; tries < MAX_SWAP_PARTNERS && others > 0; tries++) {
    const j = members.of(to, random.below(others));
    if (!carries(plan.mask[j], from) || half + halfChange(plan, j, to, from) > 0) continue;
    if (plan.move(i, to) + plan.move(j, from) <= 0) {
      members.swap(i, j, from, to);
      return;
    }
    plan.move(i, from);
    plan.move(j, to);
  }
}

/** The choices of every factory, to draw one from. */
class Members {
  /** [factory] choices in it. */
  readonly count: Int32Array;
  private readonly m: number;
  /** [factory × m + place] choice. */
  private readonly list: Uint32Array;
  /** [choice] its place in its factory's list. */
  private readonly place: Uint32Array;

  constructor({ factory, factoryCount }: Plan) {
    this.m = factory.length;
    this.count = new Int32Array(factoryCount);
    this.list = new Uint32Array(factoryCount * this.m);
    this.place = new Uint32Array(this.m);
    for (let i = 0; i < this.m; i++) this.add(i, factory[i]);
  }

  of(factory: number, place: number): number {
    return this.list[factory * this.m + place];
  }

  move(choice: number, from: number, to: number): void {
    const last = this.of(from, --this.count[from]);
    this.put(last, from, this.place[choice]);
    this.add(choice, to);
  }

  /** Choice i, in `from` until now, and choice j, in `to`, change places. */
  swap(i: number, j: number, from: number, to: number): void {
    const place = this.place[i];
    this.put(i, to, this.place[j]);
    this.put(j, from, place);
  }

  private add(choice: number, factory: number): void {
    this.put(choice, factory, this.count[factory]++);
  }

  private put(choice: number, factory: number, place: number): void {
    this.list[factory * this.m + place] = choice;
    this.place[choice] = place;
  }
}
