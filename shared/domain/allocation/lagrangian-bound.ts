/**
 * Prices from the linear program of a day, and the bound that they prove.
 *
 * Every cell (recipe, factory) has a price y in [−1, 1] of putting one box more there, every factory with a cap a
 * price λ of its room. Whatever the prices, the boxes' cheapest factories give a lower bound (Lagrange):
 *
 *   D(y, λ) = Σ over boxes min over factories (Σ over its recipes y + λ) − Σ y·before − Σ λ·room
 *
 * The best prices are the dual of the linear relaxation. They are sought by accelerated ascent (Nesterov 1983,
 * with the restart of O'Donoghue & Candès 2015) on D with its minima softened (Nesterov 2005), softened ever
 * less. The bound is D itself, not the softened one, so it holds however early the search ends.
 */
import type { Plan } from './plan.ts';

export interface Guide {
  /** [cell] */
  readonly cell: Float64Array;
  /** [factory] */
  readonly room: Float64Array;
}

/** The bound that the best prices prove, and prices to guide a search by. */
export interface Prices extends Guide {
  /** The best D. */
  readonly bound: number;
}

/** Looked up once: in a sandbox, such as a test's, globals cost more than what they do. */
const { exp } = Math;

/** Rounds at most; a fixed amount of work, so that the plan does not depend on the machine. */
const ROUNDS = 900;
/**
 * The guide is of this round, when the bound has all but come to rest. Later prices prove a little more and guide
 * worse: they sharpen ties into preferences that only the linear program has.
 */
const GUIDES = 340;
/** The softening: at first, how much is left of it each round, and at last. */
const SOFTEST = 0.3;
const SOFTENING = 0.985;
/** Prices closer than a few times this leave it open where a box goes. */
export const HARDEST = 0.002;
/** Rounds without this relative gain end the search. */
const PATIENCE = 60;
const LEAST_GAIN = 1e-4;
/** A bound below the best by this part of what is enough says that the steps are too long: they are shortened. */
const TOO_FAR = 0.1;
const SHORTER = 0.7;
/** Rounds in which that is no sign of anything yet. */
const SETTLING = 30;

/**
 * @param enough a bound at which nothing more is to be proved
 * @returns a bound beside that of the change without factories, which may be higher
 */
export function ascend(plan: Plan, enough: number): Prices {
  const ascent = new Ascent(plan);
  ascent.leaveStart(SOFTEST);
  let guide: Guide | undefined;
  let softening = SOFTEST;
  let lastGain = 0;
  let reached = -Infinity;
  for (let round = 1; round < ROUNDS; round++) {
    if (round === GUIDES) guide = ascent.guide();
    const bound = ascent.round(softening);
    if (plan.roundedUp(bound) >= enough) break;
    if (round > SETTLING && bound < ascent.best - TOO_FAR * enough) ascent.goBack();
    if (bound > reached + LEAST_GAIN * Math.abs(bound)) {
      reached = bound;
      lastGain = round;
    } else if (softening === HARDEST && round - lastGain > PATIENCE) break;
    softening = Math.max(HARDEST, softening * SOFTENING);
  }
  return { bound: ascent.best, ...(guide ?? ascent.guide()) };
}

/** Prices of one kind, moved together. */
class Ascended {
  /** Where D is taken: ahead of `value` in the direction of the last step. */
  readonly ahead: Float64Array;
  readonly value: Float64Array;
  /** Boxes that would come, softened, and how fast they would go if the price rose. */
  readonly wanted: Float64Array;
  readonly slope: Float64Array;

  constructor(
    private readonly least: Float64Array,
    private readonly most: Float64Array,
    readonly room: Float64Array,
  ) {
    this.ahead = new Float64Array(room.length);
    this.value = new Float64Array(room.length);
    this.wanted = new Float64Array(room.length);
    this.slope = new Float64Array(room.length);
  }

  /** Σ price · room at the prices ahead. */
  worth(): number {
    let sum = 0;
    for (let i = 0; i < this.room.length; i++) if (this.ahead[i] !== 0) sum += this.ahead[i] * this.room[i];
    return sum;
  }

  /** @returns the gain of the step by its slope: negative when momentum leads the wrong way */
  step(length: number, momentum: number): number {
    const { ahead, value, wanted, slope, room, least, most } = this;
    let gain = 0;
    for (let i = 0; i < value.length; i++) {
      if (least[i] === most[i]) continue;
      const excess = wanted[i] - room[i];
      const next = clamp(ahead[i] + (length * excess) / (slope[i] + 0.5), least[i], most[i]);
      const moved = next - value[i];
      gain += excess * moved;
      value[i] = next;
      ahead[i] = clamp(next + momentum * moved, least[i], most[i]);
    }
    return gain;
  }

  /** Without momentum, from the last prices or from others. */
  restart(prices = this.value): void {
    this.value.set(prices);
    this.ahead.set(prices);
  }

  clear(): void {
    this.wanted.fill(0);
    this.slope.fill(0);
  }
}

class Ascent {
  best = -Infinity;
  readonly bestCell: Float64Array;
  readonly bestRoom: Float64Array;
  private readonly cells: Ascended;
  private readonly rooms: Ascended;
  /** [choice] where its factories begin in `option`. */
  private readonly optionStart: Uint32Array;
  private readonly option: Uint8Array;
  private age = 1;
  /** Of a step, relative to what the slopes suggest. */
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
    this.cells = new Ascended(
      before.map(() => -1),
      before.map(() => 1),
      before,
    );
    const fewest = room.map((_, f) => (low[f] === high[f] ? -Infinity : 0));
    this.rooms = new Ascended(
      fewest,
      room.map((boxes) => (boxes === Infinity ? 0 : Infinity)),
      room,
    );
    this.bestCell = new Float64Array(before.length);
    this.bestRoom = new Float64Array(factoryCount);
    this.cells.restart(globalPrices(plan));
    const { optionStart, option } = optionsOf(plan);
    this.optionStart = optionStart;
    this.option = option;
  }

  /** The best prices so far. */
  guide(): Guide {
    return { cell: Float64Array.from(this.bestCell), room: Float64Array.from(this.bestRoom) };
  }

  /**
   * The first round. Its prices prove the change without factories, and softened, the next ones first lead away
   * from them: that is no sign of steps too long, so what they prove is no measure of the others.
   */
  leaveStart(softening: number): void {
    this.round(softening);
    this.best = -Infinity;
  }

  /** One step of all prices; returns D at the prices it was taken from. */
  round(softening: number): number {
    const { cells, rooms } = this;
    cells.clear();
    rooms.clear();
    let bound = -cells.worth() - rooms.worth();
    bound += choose(this.plan, this.optionStart, this.option, cells, rooms, softening);
    if (bound > this.best) {
      this.best = bound;
      this.bestCell.set(cells.ahead);
      this.bestRoom.set(rooms.ahead);
    }
    const next = (1 + Math.sqrt(1 + 4 * this.age * this.age)) / 2;
    const momentum = (this.age - 1) / next;
    this.age = next;
    const length = this.length * softening;
    if (cells.step(length, momentum) + rooms.step(length, momentum) < 0) {
      this.age = 1;
      cells.restart();
      rooms.restart();
    }
    return bound;
  }

  /** To the best prices, and on from there with shorter steps. */
  goBack(): void {
    this.age = 1;
    this.length *= SHORTER;
    this.cells.restart(this.bestCell);
    this.rooms.restart(this.bestRoom);
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

const costs = new Float64Array(32);

/** Every choice goes to its factories, softly by price; returns Σ of the cheapest prices. */
function choose(
  { start, cell }: Plan,
  optionStart: Uint32Array,
  option: Uint8Array,
  cells: Ascended,
  rooms: Ascended,
  softening: number,
): number {
  const { ahead: price, wanted, slope } = cells;
  const { ahead: roomPrice, wanted: roomWanted, slope: roomSlope } = rooms;
  let total = 0;
  for (let i = 0; i + 1 < optionStart.length; i++) {
    const from = start[i];
    const end = start[i + 1];
    const first = optionStart[i];
    const last = optionStart[i + 1];
    let cheapest = Infinity;
    for (let o = first; o < last; o++) {
      const f = option[o];
      let cost = roomPrice[f];
      for (let p = from; p < end; p++) cost += price[cell[p] + f];
      costs[o - first] = cost;
      if (cost < cheapest) cheapest = cost;
    }
    total += cheapest;
    let sum = 0;
    for (let o = 0; o < last - first; o++) {
      const over = (costs[o] - cheapest) / softening;
      costs[o] = over > 30 ? 0 : exp(-over);
      sum += costs[o];
    }
    for (let o = first; o < last; o++) {
      const share = costs[o - first] / sum;
      if (share < 1e-9) continue;
      const f = option[o];
      const bend = share * (1 - share) * (end - from + 1);
      roomWanted[f] += share;
      roomSlope[f] += bend;
      for (let p = from; p < end; p++) {
        wanted[cell[p] + f] += share;
        slope[cell[p] + f] += bend;
      }
    }
  }
  return total;
}

function optionsOf({ mask, factoryCount }: Plan) {
  const optionStart = new Uint32Array(mask.length + 1);
  const options: number[] = [];
  for (let i = 0; i < mask.length; i++) {
    for (let f = 0; f < factoryCount; f++) if (((mask[i] >>> f) & 1) === 1) options.push(f);
    optionStart[i + 1] = options.length;
  }
  return { optionStart, option: Uint8Array.from(options) };
}

function clamp(value: number, least: number, most: number): number {
  return value < least ? least : value > most ? most : value;
}
