import fc from 'fast-check';
import { ClassFlow } from '../../../../shared/domain/allocation/class-flow.ts';
import { allFactories, carries, UNALLOCATED } from '../../../../shared/domain/factory-mask.ts';

const F = 4;

const cases = fc.record({
  classes: fc.uniqueArray(
    fc.record({ mask: fc.integer({ min: 0, max: allFactories(F) }), count: fc.integer({ min: 0, max: 20 }) }),
    { selector: ({ mask }) => mask, maxLength: 10 },
  ),
  caps: fc.array(fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constant(Infinity)), { minLength: F, maxLength: F }),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

function flowOf({ classes, caps }: Case): ClassFlow {
  return new ClassFlow({ mask: classes.map(({ mask }) => mask), count: classes.map(({ count }) => count) }, caps);
}

/** Caps of a set of factories, and the boxes that can go elsewhere: the smallest of these sums bounds every flow. */
function minimumCut({ classes, caps }: Case): number {
  const cuts = Array.from({ length: 2 ** F }, (_, set) => {
    const outside = classes.map(({ mask, count }) => ((mask & ~set) === 0 ? 0 : count));
    return sum(caps.map((cap, f) => (carries(set, f) ? cap : 0))) + sum(outside);
  });
  return Math.min(...cuts);
}

function expectWithinLimits(flow: ClassFlow, { classes, caps }: Case): void {
  flow.load.forEach((boxes, f) => expect(boxes).toBeLessThanOrEqual(caps[f]));
  classes.forEach(({ mask, count }, cls) => {
    const row = flow.boxes.subarray(cls * F, (cls + 1) * F);
    row.forEach((boxes, f) => {
      expect(boxes).toBeGreaterThanOrEqual(0);
      expect(boxes === 0 || carries(mask, f)).toBe(true);
    });
    expect(sum(row) + flow.unallocated[cls]).toBe(count);
  });
  expect(flow.unallocatedTotal).toBe(sum(flow.unallocated));
}

describe('the flow of eligibility classes into factories', () => {
  it('is as large as the minimum cut, whether it is searched forwards or backwards', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const all = sum(one.classes.map(({ count }) => count));
        const forwards = flowOf(one);
        forwards.augment(allFactories(F));
        const backwards = flowOf(one);
        for (let f = 0; f < F; f++) backwards.fill(f);
        for (const flow of [forwards, backwards]) {
          expectWithinLimits(flow, one);
          expect(all - flow.unallocatedTotal).toBe(minimumCut(one));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is cut at the caps where boxes were moved past them', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const flow = flowOf(one);
        one.classes.forEach(({ mask, count }, cls) => {
          const first = [0, 1, 2, 3].find((f) => carries(mask, f));
          if (first !== undefined) flow.move(cls, UNALLOCATED, first, count);
        });
        const load = Array.from(flow.load);
        flow.cutAtCaps();
        expectWithinLimits(flow, one);
        expect(Array.from(flow.load)).toEqual(load.map((boxes, f) => Math.min(boxes, one.caps[f])));
      }),
    );
  });
});
