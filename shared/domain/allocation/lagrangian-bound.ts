/**
 * Lagrangian bound of a day's change, and the prices that prove it.
 *
 * Every cell (recipe, factory) has a price y in [−1, 1] of putting one box more there, every factory with a cap a
 * price λ of a place in it. Whatever the prices, the boxes' cheapest factories give a lower bound:
 *
 *   D(y, λ) = Σ over boxes min over factories (Σ over its recipes y + λ) − Σ y·before − Σ λ·room
 *
 * The best prices are the dual of the linear relaxation. They are sought by accelerated gradient ascent (Nesterov
 * 1983, with the restart of O'Donoghue & Candès 2015) on D with its minima smoothed (Nesterov 2005), ever less from
 * round to round. The bound is D itself, not the smoothed one, so it holds however early the search ends.
 */
import { carries, MAX_FACTORIES } from '../factory-mask.ts';
import {
  CURVATURE_OFFSET,
  GUIDE_ROUND,
  MAX_RELATIVE_LOSS,
  MAX_ROUNDS,
  MAX_ROUNDS_WITHOUT_GAIN,
  MAX_SMOOTHED_EXCESS,
  MIN_RELATIVE_GAIN,
  MIN_SMOOTHED_SHARE,
  MIN_SMOOTHING,
  SMOOTHING_DECAY,
  START_SMOOTHING,
  STEP_REDUCTION,
  WARM_UP_ROUNDS,
} from './options.ts';
import type { Plan } from './plan.ts';

/** Prices that guide a search. */
export interface Prices {
  /** [cell] of one box more. */
  readonly cell: Float64Array;
  /** [factory] of a place in it. */
  readonly factory: Float64Array;
}

/** Looked up once: in a sandbox, such as a test's, globals cost more than what they do. */
const { exp } = Math;

/**
 * @param target a bound at which nothing more is to be proved, boxes
 * @returns the best D, and prices to guide the annealing; `Plan.globalChange` is another bound, which may be higher
 */
export function lagrangianBound(plan: Plan, target: number): Prices & { readonly bound: number } {
  const ascent = new DualAscent(plan);
  ascent.leaveStart(START_SMOOTHING);
  let guide: Prices | undefined;
  let smoothing = START_SMOOTHING;
  let lastGain = 0;
  let reached = -Infinity;
  for (let round = 1; round < MAX_ROUNDS; round++) {
    if (round === GUIDE_ROUND) guide = ascent.bestPrices();
    const bound = ascent.step(smoothing);
    if (plan.roundedUp(bound) >= target) break;
    if (round > WARM_UP_ROUNDS && bound < ascent.best - MAX_RELATIVE_LOSS * target) ascent.goBack();
    if (bound > reached + MIN_RELATIVE_GAIN * Math.abs(bound)) {
      reached = bound;
      lastGain = round;
    } else if (smoothing === MIN_SMOOTHING && round - lastGain > MAX_ROUNDS_WITHOUT_GAIN) break;
    smoothing = Math.max(MIN_SMOOTHING, smoothing * SMOOTHING_DECAY);
  }
  return { bound: ascent.best, ...(guide ?? ascent.bestPrices()) };
}

/** Prices of one kind, of cells or of factories, which move together. A price without freedom stays 0. */
class PriceVector {
  readonly value: Float64Array;
  /** Where D is taken: beyond `value`, in the direction of the last step. */
  readonly extrapolated: Float64Array;
  /** Boxes that would come at these prices, smoothed. */
  readonly demand: Float64Array;
  /** How fast the demand would fall if the price rose, times the smoothing; an upper bound. */
  readonly curvature: Float64Array;

  /**
   * @param lower the least that each price may be
   * @param upper the most
   * @param supply boxes that there are: those before, or the places in a factory
   */
  constructor(
    private readonly lower: Float64Array,
    private readonly upper: Float64Array,
    private readonly supply: Float64Array,
  ) {
    this.value = new Float64Array(supply.length);
    this.extrapolated = new Float64Array(supply.length);
    this.demand = new Float64Array(supply.length);
    this.curvature = new Float64Array(supply.length);
  }

  /** Σ price · supply at the extrapolated prices. */
  worth(): number {
    const { extrapolated, supply } = this;
    let sum = 0;
    for (let i = 0; i < supply.length; i++) if (extrapolated[i] !== 0) sum += extrapolated[i] * supply[i];
    return sum;
  }

  /** @returns the gain of the step by its gradient: negative when momentum leads the wrong way */
  step(length: number, momentum: number): number {
    const { extrapolated, value, demand, curvature, supply, lower, upper } = this;
    let gain = 0;
    for (let i = 0; i < value.length; i++) {
      if (lower[i] === upper[i]) continue;
      const excess = demand[i] - supply[i];
      const newton = (length * excess) / (curvature[i] + CURVATURE_OFFSET);
      const next = clamp(extrapolated[i] + newton, lower[i], upper[i]);
      const moved = next - value[i];
      gain += excess * moved;
      value[i] = next;
      extrapolated[i] = clamp(next + momentum * moved, lower[i], upper[i]);
    }
    return gain;
  }

  /** Without momentum, from the last prices or from others. */
  restart(prices = this.value): void {
    this.value.set(prices);
    this.extrapolated.set(prices);
  }

  clearDemand(): void {
    this.demand.fill(0);
    this.curvature.fill(0);
  }
}

class DualAscent {
  /** The best D so far, and the prices that prove it. */
  best = -Infinity;
  private readonly bestCell: Float64Array;
  private readonly bestFactory: Float64Array;
  private readonly cells: PriceVector;
  private readonly factories: PriceVector;
  /** [choice] where its factories begin in `option`. */
  private readonly optionStart: Uint32Array;
  private readonly option: Uint8Array;
  /** Nesterov's t, of which the momentum is made: 1 without any. */
  private t = 1;
  /** Length of the steps, relative to what the curvature suggests. */
  private length = 1;

  constructor(private readonly plan: Plan) {
    const { low, high, factory, difference, load, factoryCount, start, cell } = plan;
    // What is left for the choices when everything else is in its place.
    const before = Float64Array.from(difference, (change) => -change);
    const room = Float64Array.from(high, (most, f) => most - load[f]);
    for (let i = 0; i < factory.length; i++) {
      room[factory[i]]++;
      for (let p = start[i]; p < start[i + 1]; p++) before[cell[p] + factory[i]]++;
    }
    this.cells = new PriceVector(
      new Float64Array(before.length).fill(-1),
      before.map(() => 1),
      before,
    );
    this.factories = new PriceVector(
      room.map((_, f) => (low[f] === high[f] ? -Infinity : 0)),
      room.map((places) => (places === Infinity ? 0 : Infinity)),
      room,
    );
    this.bestCell = new Float64Array(before.length);
    this.bestFactory = new Float64Array(factoryCount);
    this.cells.restart(globalPrices(plan));
    const { optionStart, option } = optionsOf(plan);
    this.optionStart = optionStart;
    this.option = option;
  }

  bestPrices(): Prices {
    return { cell: Float64Array.from(this.bestCell), factory: Float64Array.from(this.bestFactory) };
  }

  /**
   * The first round. Its prices prove the change without factories, and the next ones, smoothed, first lead away from
   * them: that does not say that the steps are too long, so later bounds are not compared with this one.
   */
  leaveStart(smoothing: number): void {
    this.step(smoothing);
    this.best = -Infinity;
  }

  /** One step of all prices; returns D at the prices from which it was taken. */
  step(smoothing: number): number {
    const { cells, factories } = this;
    cells.clearDemand();
    factories.clearDemand();
    let bound = -cells.worth() - factories.worth();
    bound += addDemand(this.plan, this.optionStart, this.option, cells, factories, smoothing);
    if (bound > this.best) {
      this.best = bound;
      this.bestCell.set(cells.extrapolated);
      this.bestFactory.set(factories.extrapolated);
    }
    const next = (1 + Math.sqrt(1 + 4 * this.t * this.t)) / 2;
    const momentum = (this.t - 1) / next;
    this.t = next;
    const length = this.length * smoothing;
    if (cells.step(length, momentum) + factories.step(length, momentum) < 0) {
      this.t = 1;
      cells.restart();
      factories.restart();
    }
    return bound;
  }

  /** To the best prices, and on from there with shorter steps. */
  goBack(): void {
    this.t = 1;
    this.length *= STEP_REDUCTION;
    this.cells.restart(this.bestCell);
    this.factories.restart(this.bestFactory);
  }
}

/** Prices that prove the change without factories: at all of them alike, the way the recipe's total goes. */
function globalPrices({ difference, factoryCount: F }: Plan): Float64Array {
  const prices = new Float64Array(difference.length);
  for (let cell = 0; cell < difference.length; cell += F) {
    let change = 0;
    for (let f = 0; f < F; f++) change += difference[cell + f];
    prices.fill(Math.sign(change), cell, cell + F);
  }
  return prices;
}

const costs = new Float64Array(MAX_FACTORIES);

/** Every choice goes to its factories, in smoothed shares by price; returns Σ of the cheapest costs. */
function addDemand(
  { start, cell }: Plan,
  optionStart: Uint32Array,
  option: Uint8Array,
  cells: PriceVector,
  factories: PriceVector,
  smoothing: number,
): number {
  const { extrapolated: price, demand, curvature } = cells;
  const { extrapolated: factoryPrice, demand: factoryDemand, curvature: factoryCurvature } = factories;
  let total = 0;
  for (let i = 0; i + 1 < optionStart.length; i++) {
    const from = start[i];
    const end = start[i + 1];
    const first = optionStart[i];
    const last = optionStart[i + 1];
    let cheapest = Infinity;
    for (let o = first; o < last; o++) {
      const f = option[o];
      let cost = factoryPrice[f];
      for (let p = from; p < end; p++) cost += price[cell[p] + f];
      costs[o - first] = cost;
      if (cost < cheapest) cheapest = cost;
    }
    total += cheapest;
    let sum = 0;
    for (let o = 0; o < last - first; o++) {
      const excess = (costs[o] - cheapest) / smoothing;
      costs[o] = excess > MAX_SMOOTHED_EXCESS ? 0 : exp(-excess);
      sum += costs[o];
    }
    for (let o = first; o < last; o++) {
      const share = costs[o - first] / sum;
      if (share < MIN_SMOOTHED_SHARE) continue;
      const f = option[o];
      const fall = share * (1 - share) * (end - from + 1);
      factoryDemand[f] += share;
      factoryCurvature[f] += fall;
      for (let p = from; p < end; p++) {
        demand[cell[p] + f] += share;
        curvature[cell[p] + f] += fall;
      }
    }
  }
  return total;
}

/** The factories that each choice may go to, one list after another. */
function optionsOf({ mask, factoryCount }: Plan) {
  const optionStart = new Uint32Array(mask.length + 1);
  const options: number[] = [];
  for (let i = 0; i < mask.length; i++) {
    for (let f = 0; f < factoryCount; f++) if (carries(mask[i], f)) options.push(f);
    optionStart[i + 1] = options.length;
  }
  return { optionStart, option: Uint8Array.from(options) };
}

function clamp(value: number, lower: number, upper: number): number {
  return value < lower ? lower : value > upper ? upper : value;
}
