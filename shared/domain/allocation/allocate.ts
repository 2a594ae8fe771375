/** A first plan: within the caps, filled as far as can be, and near the last one. */
import { ClassFlow } from './class-flow.ts';
import { UNALLOCATED, type DayProblem } from './problem.ts';

export interface Allocation {
  /** [box] factory index, or `UNALLOCATED`. */
  readonly factory: Uint8Array;
  /** [factory] boxes. */
  readonly load: Int32Array;
  readonly unallocated: number;
}

/**
 * Fills exact caps as far as eligible boxes allow, then places as many boxes as possible: a maximum flow over
 * eligibility classes decides both. Boxes stay where they were as far as that allows; the others are spread
 * over the factories in proportion to their caps, every recipe alike.
 */
export function allocate(problem: DayProblem): Allocation {
  const { factoryCount: F, caps, exact } = problem;
  let open = 0;
  let exactMask = 0;
  for (let f = 0; f < F; f++) {
    if (caps[f] > 0) open |= 1 << f;
    if (exact[f] && Number.isFinite(caps[f])) exactMask |= 1 << f;
  }
  const { classOf, mask, count } = classify(problem, open >>> 0);
  const flow = new ClassFlow({ mask, count }, caps);
  keepPrevious(problem, classOf, flow);
  fillExact(flow, mask, exactMask, F);
  spread(flow, mask, count, problem, exactMask);
  flow.augment(0xffffffff);
  return {
    factory: assign(problem, classOf, flow),
    load: flow.load,
    unallocated: flow.left.reduce((sum, left) => sum + left, 0),
  };
}

/** Boxes by the open factories that may take them. */
function classify(problem: DayProblem, open: number) {
  const index = new Map<number, number>();
  const classOf = new Uint32Array(problem.boxCount);
  const counts: number[] = [];
  for (let b = 0; b < problem.boxCount; b++) {
    const key = (problem.eligible[b] & open) >>> 0;
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

/** Exact caps first, from the classes with the fewest ways out. */
function fillExact(flow: ClassFlow, mask: Uint32Array, exactMask: number, F: number): void {
  if (exactMask === 0) return;
  const order = [...mask.keys()].sort((a, b) => bits(mask[a]) - bits(mask[b]));
  for (let f = 0; f < F; f++) {
    if (((exactMask >>> f) & 1) === 0) continue;
    for (const cls of order) flow.put(cls, f, Number.POSITIVE_INFINITY);
  }
  flow.augment(exactMask);
  refill(flow, mask, exactMask, F);
}

/** Boxes that another factory already has move into exact caps that are not full yet; the rest go back. */
function refill(flow: ClassFlow, mask: Uint32Array, exactMask: number, F: number): void {
  const lent: [cls: number, factory: number, boxes: number][] = [];
  for (let f = 0; f < F; f++) {
    if (((exactMask >>> f) & 1) === 1) continue;
    for (let cls = 0; cls < mask.length; cls++) {
      if ((mask[cls] & exactMask) !== 0) lent.push([cls, f, flow.take(cls, f)]);
    }
  }
  flow.augment(exactMask);
  for (const [cls, f, boxes] of lent) flow.put(cls, f, boxes);
}

/** What is left goes to the other factories in proportion to their caps; no cap counts as the whole day. */
function spread(
  flow: ClassFlow,
  mask: Uint32Array,
  count: Int32Array,
  problem: DayProblem,
  exactMask: number,
): void {
  const { factoryCount: F, caps, boxCount } = problem;
  const weight = Array.from(caps, (cap, f) => (((exactMask >>> f) & 1) === 1 ? 0 : Math.min(cap, boxCount)));
  for (let cls = 0; cls < mask.length; cls++) {
    const able = weight.map((w, f) => ((mask[cls] >>> f) & 1 ? w : 0));
    const total = able.reduce((sum, w) => sum + w, 0);
    const share = flow.left[cls];
    if (total === 0 || count[cls] === 0) continue;
    for (let f = 0; f < F; f++) flow.put(cls, f, Math.floor((share * able[f]) / total));
  }
}

/**
 * Which boxes of a class go where: each to the factory that is furthest behind its part of the class, so that
 * every recipe is spread alike. A box that can stay where it was stays.
 */
function assign(problem: DayProblem, classOf: Uint32Array, flow: ClassFlow): Uint8Array {
  const F = problem.factoryCount;
  const factory = new Uint8Array(problem.boxCount).fill(UNALLOCATED);
  const quota = Int32Array.from(flow.flow);
  const { previousFactory } = problem;
  for (let b = 0; previousFactory && b < problem.boxCount; b++) {
    const f = previousFactory[b];
    if (f >= F || quota[classOf[b] * F + f] === 0) continue;
    quota[classOf[b] * F + f]--;
    factory[b] = f;
  }
  const credit = new Float64Array(quota.length);
  const total = new Float64Array(flow.left.length);
  for (let at = 0; at < quota.length; at++) total[Math.floor(at / F)] += quota[at];
  const quotas = Int32Array.from(quota);
  for (let cls = 0; cls < total.length; cls++) total[cls] += previousFactory ? 0 : flow.left[cls];
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

function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count++;
  return count;
}
