/**
 * Simulated annealing of the boxes whose place the prices leave open (Kirkpatrick, Gelatt & Vecchi 1983).
 *
 * The linear program settles most boxes; the rest is a small, hard problem of rounding. Boxes move one at a time:
 * a cap is kept by its price and by a penalty on going past it that hardens, not by forbidding, for a search that
 * may only swap hardly moves at all.
 */
import type { RandomWords } from '../sampling/random-words.ts';
import type { Prices } from './lagrangian-bound.ts';
import type { Plan } from './plan.ts';

export interface Annealing {
  /** Boxes are open whose cheapest factory is cheaper than the next by no more than this. */
  readonly margin: number;
  /** Moves tried. */
  readonly steps: number;
}

/** Looked up once: in a sandbox, such as a test's, globals cost more than what they do. */
const { exp } = Math;
const HOTTEST = 0.4;
const COLDEST = 0.18;
/** The penalty on boxes² past a cap, at first and at last. */
const SOFTEST = 0.02;
const HARDEST = 4;
/** Steps at one temperature. */
const STRETCH = 16_384;
/** A factory's price below this says that its cap hardly binds. */
const FREE = 1e-3;

/**
 * Puts every choice where it is cheapest, anneals the open ones from where they are, and returns the best feasible assignment seen:
 * [choice] factory; undefined when there was none. The plan is left as the search left it.
 *
 * @param bound an objective at which to stop
 */
export function anneal(
  plan: Plan,
  prices: Prices,
  bound: number,
  { margin, steps }: Annealing,
  random: RandomWords,
): Uint8Array | undefined {
  const open = settle(plan, prices, margin);
  if (open.length === 0) return overCaps(plan) === 0 ? Uint8Array.from(plan.factory) : undefined;
  const search = new Search(plan, prices.room);
  for (let step = 0; step < steps && search.best > bound; step += STRETCH) {
    const progress = step / steps;
    const heat = HOTTEST * (COLDEST / HOTTEST) ** progress;
    search.run(open, heat, SOFTEST * (HARDEST / SOFTEST) ** progress, random);
  }
  return search.bestFactory;
}

/**
 * Moves every choice to its cheapest factory, unless its own is hardly dearer; returns the choices that are open.
 */
function settle(plan: Plan, prices: Prices, margin: number): Uint32Array {
  const { mask, factory, factoryCount } = plan;
  const open = new Uint32Array(mask.length);
  let count = 0;
  for (let i = 0; i < mask.length; i++) {
    let cheapest = Infinity;
    let next = Infinity;
    let best = 0;
    for (let f = 0; f < factoryCount; f++) {
      if (((mask[i] >>> f) & 1) === 0) continue;
      const cost = costOf(plan, prices, i, f);
      if (cost < cheapest) {
        next = cheapest;
        cheapest = cost;
        best = f;
      } else next = Math.min(next, cost);
    }
    if (costOf(plan, prices, i, factory[i]) > cheapest + margin) plan.move(i, best);
    if (next - cheapest <= margin) open[count++] = i;
  }
  return open.slice(0, count);
}

function costOf({ start, cell }: Plan, prices: Prices, choice: number, f: number): number {
  let cost = prices.room[f];
  for (let p = start[choice]; p < start[choice + 1]; p++) cost += prices.cell[cell[p] + f];
  return cost;
}

/** Boxes past a cap, or missing where it is to be filled exactly. */
function overCaps({ load, low, high }: Plan): number {
  let over = 0;
  for (let f = 0; f < load.length; f++) over += beyond(load[f], low[f], high[f]);
  return over;
}

function beyond(load: number, low: number, high: number): number {
  return load > high ? load - high : load < low ? low - load : 0;
}

class Search {
  best = Infinity;
  bestFactory: Uint8Array | undefined;
  private over: number;
  /** [factory] 1: held near its cap from both sides; 0: only from above. */
  private readonly held: Uint8Array;

  constructor(
    private readonly plan: Plan,
    private readonly room: Float64Array,
  ) {
    this.over = overCaps(plan);
    this.held = Uint8Array.from(plan.high, (high, f) =>
      high < Infinity && (plan.low[f] === high || room[f] > FREE) ? 1 : 0,
    );
    this.keepIfBest();
  }

  /** One stretch at one temperature. */
  run(open: Uint32Array, heat: number, penalty: number, random: RandomWords): void {
    const { plan } = this;
    const { factory, mask, difference, start, cell, factoryCount } = plan;
    const count = open.length;
    for (let step = 0; step < STRETCH; step++) {
      const i = open[random.below(count)];
      const from = factory[i];
      const to = random.below(factoryCount);
      if (to === from || ((mask[i] >>> to) & 1) === 0) continue;
      const end = start[i + 1];
      let half = 0;
      for (let p = start[i]; p < end; p++) {
        const at = cell[p];
        half += 1 + (-difference[at + from] >> 31) + (difference[at + to] >> 31);
      }
      const change = 2 * half + this.entering(to, penalty) - this.leaving(from, penalty);
      if (change > 0 && (change > 12 * heat || random.next() >= exp(-change / heat) * 4294967296)) continue;
      this.move(i, from, to);
    }
  }

  private move(i: number, from: number, to: number): void {
    const { plan } = this;
    const before = this.beyondOf(from) + this.beyondOf(to);
    plan.move(i, to);
    this.over += this.beyondOf(from) + this.beyondOf(to) - before;
    if (this.over === 0 && plan.objective < this.best) this.keepIfBest();
  }

  private keepIfBest(): void {
    if (this.over > 0) return;
    this.best = this.plan.objective;
    this.bestFactory ??= new Uint8Array(this.plan.factory.length);
    this.bestFactory.set(this.plan.factory);
  }

  private beyondOf(f: number): number {
    return beyond(this.plan.load[f], this.plan.low[f], this.plan.high[f]);
  }

  /** What one box more costs. */
  private entering(f: number, penalty: number): number {
    return this.marginal(f, this.plan.load[f] + 1 - this.plan.high[f], penalty);
  }

  /** What one box fewer saves. */
  private leaving(f: number, penalty: number): number {
    return this.marginal(f, this.plan.load[f] - this.plan.high[f], penalty);
  }

  private marginal(f: number, past: number, penalty: number): number {
    if (this.held[f] === 1) return this.room[f] + penalty * (2 * past - 1);
    return past > 0 ? penalty * (2 * past - 1) : 0;
  }
}
