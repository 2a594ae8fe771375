/** The greedy start of a day's routing: within the caps, filled as far as can be, and near the last plan. */
import { carries, factoriesIn, factoriesWhere, UNALLOCATED } from '../factory-mask.ts';
import { ClassFlow } from './class-flow.ts';
import type { DayProblem } from './problem.ts';

export interface Allocation {
  /** [box] factory index, or `UNALLOCATED`. */
  readonly factory: Uint8Array;
  /** [factory] boxes. */
  readonly load: Int32Array;
  /** Boxes in no factory. */
  readonly unallocated: number;
}

/**
 * Fills exact caps as far as eligible boxes allow, then places as many boxes as possible: a maximum flow over
 * eligibility classes decides both. Boxes stay where they were as far as that allows; the others are spread
 * over the factories in proportion to their caps, every recipe alike.
 */
export function allocate(problem: DayProblem): Allocation {
  const { factoryCount: F, caps, exact } = problem;
  const open = factoriesWhere(F, (f) => caps[f] > 0);
  const exactMask = factoriesWhere(F, (f) => exact[f] === 1 && caps[f] < Infinity);
  const { classOf, mask, count } = classify(problem, open);
  const flow = new ClassFlow({ mask, count }, caps);
  keepPrevious(problem, classOf, flow);
  fillExact(flow, mask, exactMask, F);
  spread(flow, mask, problem, exactMask);
  flow.augment(open);
  return { factory: assign(problem, classOf, flow), load: flow.load, unallocated: flow.unallocatedTotal };
}

/** Boxes by the open factories that may take them. */
function classify({ boxCount, eligible }: DayProblem, open: number) {
  const index = new Map<number, number>();
  const classOf = new Uint32Array(boxCount);
  const counts: number[] = [];
  for (let b = 0; b < boxCount; b++) {
    const key = (eligible[b] & open) >>> 0;
    let cls = index.get(key);
    if (cls === undefined) {
      cls = counts.push(0) - 1;
      index.set(key, cls);
    }
    classOf[b] = cls;
    counts[cls]++;
  }
  return { classOf, mask: Uint32Array.from(index.keys()), count: Int32Array.from(counts) };
}

/** Where boxes went last time, as far as today's caps allow. */
function keepPrevious(problem: DayProblem, classOf: Uint32Array, flow: ClassFlow): void {
  const { previousFactory } = problem;
  if (!previousFactory) return;
  for (let b = 0; b < problem.boxCount; b++) {
    if (previousFactory[b] < problem.factoryCount) flow.put(classOf[b], previousFactory[b], 1);
  }
}

/** Exact caps first, from the classes that fewest factories may take. */
function fillExact(flow: ClassFlow, mask: Uint32Array, exactMask: number, F: number): void {
  if (exactMask === 0) return;
  const order = [...mask.keys()].sort((a, b) => factoriesIn(mask[a]) - factoriesIn(mask[b]));
  for (let f = 0; f < F; f++) {
    if (!carries(exactMask, f)) continue;
    for (const cls of order) flow.put(cls, f, Infinity);
  }
  flow.augment(exactMask);
  fillFromOthers(flow, mask, exactMask, F);
}

/** Boxes that another factory already has move into exact caps that are not full yet; the rest go back. */
function fillFromOthers(flow: ClassFlow, mask: Uint32Array, exactMask: number, F: number): void {
  const lent: [cls: number, factory: number, boxes: number][] = [];
  for (let f = 0; f < F; f++) {
    if (carries(exactMask, f)) continue;
    for (let cls = 0; cls < mask.length; cls++) {
      if ((mask[cls] & exactMask) !== 0) lent.push([cls, f, flow.take(cls, f)]);
    }
  }
  flow.augment(exactMask);
  for (const [cls, f, boxes] of lent) flow.put(cls, f, boxes);
}

/** What is left goes to the other factories in proportion to their caps; no cap counts as the whole day. */
function spread(flow: ClassFlow, mask: Uint32Array, problem: DayProblem, exactMask: number): void {
  const { factoryCount: F, caps, boxCount } = problem;
  const weight = Array.from(caps, (cap, f) => (carries(exactMask, f) ? 0 : Math.min(cap, boxCount)));
  for (let cls = 0; cls < mask.length; cls++) {
    const able = weight.map((w, f) => (carries(mask[cls], f) ? w : 0));
    const total = able.reduce((sum, w) => sum + w, 0);
    const boxes = flow.unallocated[cls];
    if (total === 0) continue;
    for (let f = 0; f < F; f++) flow.put(cls, f, Math.floor((boxes * able[f]) / total));
  }
}

/**
 * Which boxes of a class go where: each to the factory that is furthest behind its part of the class, so that
 * every recipe is spread alike. A box that can stay where it was stays.
 */
function assign(problem: DayProblem, classOf: Uint32Array, flow: ClassFlow): Uint8Array {
  const F = problem.factoryCount;
  const factory = new Uint8Array(problem.boxCount).fill(UNALLOCATED);
  /** [class × F + factory] boxes that the factory is still to get. */
  const quota = Int32Array.from(flow.boxes);
  const { previousFactory } = problem;
  for (let b = 0; previousFactory && b < problem.boxCount; b++) {
    const f = previousFactory[b];
    if (f >= F || quota[classOf[b] * F + f] === 0) continue;
    quota[classOf[b] * F + f]--;
    factory[b] = f;
  }
  const credit = new Float64Array(quota.length);
  const total = new Float64Array(flow.unallocated.length);
  for (let at = 0; at < quota.length; at++) total[Math.floor(at / F)] += quota[at];
  const quotas = Int32Array.from(quota);
  for (let cls = 0; cls < total.length; cls++) total[cls] += previousFactory ? 0 : flow.unallocated[cls];
  for (let b = 0; b < problem.boxCount; b++) {
    if (factory[b] !== UNALLOCATED) continue;
    const base = classOf[b] * F;
    let best = -1;
    for (let f = 0; f < F; f++) {
      if (quota[base + f] === 0) continue;
      credit[base + f] += quotas[base + f] / total[classOf[b]];
      if (best < 0 || credit[base + f] > credit[base + best]) best = f;
    }
    if (best < 0) continue;
    credit[base + best]--;
    quota[base + best]--;
    factory[b] = best;
  }
  return factory;
}
