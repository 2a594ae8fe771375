/**
 * Simulated annealing of the boxes whose place the prices leave open (Kirkpatrick, Gelatt & Vecchi 1983).
 *
 * The linear program settles most boxes; the rest is a small, hard problem of rounding. Boxes move one at a time:
 * a cap is kept by its price and by a rising penalty on going past it, not by forbidding, for a search that
 * may only swap hardly moves at all.
 */
import { carries } from '../factory-mask.ts';
import type { RandomWords } from '../sampling/random-words.ts';
import type { Prices } from './lagrangian-bound.ts';
import {
  END_PENALTY,
  END_TEMPERATURE,
  MAX_COST_IN_TEMPERATURES,
  MIN_BINDING_PRICE,
  START_PENALTY,
  START_TEMPERATURE,
  STEPS_PER_TEMPERATURE,
} from './options.ts';
import { halfChange, type Plan } from './plan.ts';

export interface Annealing {
  /** An objective at which to stop. */
  readonly bound: number;
  /** Boxes are open whose two cheapest factories differ by no more than this. */
  readonly margin: number;
  /** Moves tried. */
  readonly steps: number;
  readonly random: RandomWords;
}

/** Looked up once: in a sandbox, such as a test's, globals cost more than what they do. */
const { exp } = Math;

/**
 * Puts every choice where it is cheapest, anneals the open ones from where they are, and returns the best feasible
 * assignment seen: [choice] factory; undefined when there was none. The plan is left as the search left it.
 */
export function anneal(
  plan: Plan,
  prices: Prices,
  { bound, margin, steps, random }: Annealing,
): Uint8Array | undefined {
  const open = moveToCheapest(plan, prices, margin);
  if (open.length === 0) return boxesBeyond(plan) === 0 ? Uint8Array.from(plan.factory) : undefined;
  const search = new Search(plan, prices.factory);
  for (let step = 0; step < steps && search.best > bound; step += STEPS_PER_TEMPERATURE) {
    const progress = step / steps;
    const temperature = START_TEMPERATURE * (END_TEMPERATURE / START_TEMPERATURE) ** progress;
    const penalty = START_PENALTY * (END_PENALTY / START_PENALTY) ** progress;
    search.run(open, temperature, penalty, random);
  }
  return search.bestFactory;
}

/**
 * Moves every choice to its cheapest factory, unless its own is dearer by the margin at most; returns the choices
 * that are open.
 */
function moveToCheapest(plan: Plan, prices: Prices, margin: number): Uint32Array {
  const { mask, factory, factoryCount } = plan;
  const open = new Uint32Array(mask.length);
  let count = 0;
  for (let i = 0; i < mask.length; i++) {
    let cheapest = Infinity;
    let next = Infinity;
    let best = 0;
    for (let f = 0; f < factoryCount; f++) {
      if (!carries(mask[i], f)) continue;
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
  let cost = prices.factory[f];
  for (let p = start[choice]; p < start[choice + 1]; p++) cost += prices.cell[cell[p] + f];
  return cost;
}

/** Boxes past a cap, or missing where it is to be filled exactly. */
function boxesBeyond({ load, low, high }: Plan): number {
  let boxes = 0;
  for (let f = 0; f < load.length; f++) boxes += beyond(load[f], low[f], high[f]);
  return boxes;
}

function beyond(load: number, low: number, high: number): number {
  return load > high ? load - high : load < low ? low - load : 0;
}

class Search {
  /** The smallest objective of a feasible assignment seen. */
  best = Infinity;
  bestFactory: Uint8Array | undefined;
  private beyond: number;
  /** [factory] 1: its cap binds, and it is held near it from both sides; 0: only from above. */
  private readonly binds: Uint8Array;

  /** @param price [factory] of a place in it */
  constructor(
    private readonly plan: Plan,
    private readonly price: Float64Array,
  ) {
    this.beyond = boxesBeyond(plan);
    this.binds = Uint8Array.from(plan.high, (high, f) =>
      high < Infinity && (plan.low[f] === high || price[f] > MIN_BINDING_PRICE) ? 1 : 0,
    );
    this.keepIfFeasible();
  }

  /** The steps at one temperature. */
  run(open: Uint32Array, temperature: number, penalty: number, random: RandomWords): void {
    const { plan } = this;
    const { factory, mask, factoryCount } = plan;
    const count = open.length;
    const most = MAX_COST_IN_TEMPERATURES * temperature;
    for (let step = 0; step < STEPS_PER_TEMPERATURE; step++) {
      const i = open[random.below(count)];
      const from = factory[i];
      const to = random.below(factoryCount);
      if (to === from || !carries(mask[i], to)) continue;
      const change = 2 * halfChange(plan, i, from, to) + this.entering(to, penalty) - this.leaving(from, penalty);
      // Metropolis: a worse assignment is taken with probability exp(−change / temperature).
      if (change > 0 && (change > most || random.next() >= exp(-change / temperature) * 4294967296)) continue;
      this.move(i, from, to);
    }
  }

  private move(i: number, from: number, to: number): void {
    const { plan } = this;
    const before = this.beyondOf(from) + this.beyondOf(to);
    plan.move(i, to);
    this.beyond += this.beyondOf(from) + this.beyondOf(to) - before;
    if (this.beyond === 0 && plan.objective < this.best) this.keepIfFeasible();
  }

  private keepIfFeasible(): void {
    if (this.beyond > 0) return;
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

  /** What the box costs with which a factory is so many past its cap. */
  private marginal(f: number, past: number, penalty: number): number {
    if (this.binds[f] === 1) return this.price[f] + penalty * (2 * past - 1);
    return past > 0 ? penalty * (2 * past - 1) : 0;
  }
}
