import * as fc from 'fast-check';
import { carries } from '../../../../shared/domain/factory-mask.ts';
import { allocateDay, type DayAllocation, type DayDemand } from '../../../../shared/domain/scenarios/allocate-day.ts';

const load = ({ boxes }: DayAllocation, factories: number) =>
  Array.from({ length: factories }, (_, f) => boxes.filter((_, i) => i % factories === f).reduce((a, b) => a + b, 0));
const left = ({ unallocated }: DayAllocation) => unallocated.reduce((a, b) => a + b, 0);

/** Classes {all}, {0 and 2}, {2}; factory 2 is the catch-all. */
function demand(changes: Partial<DayDemand> = {}): DayDemand {
  return {
    masks: [7, 5, 4],
    boxes: [100, 60, 40],
    share: Float64Array.of(0.2, 0.3, 0.5, 0.5, 0, 0.5, 0, 0, 1),
    cap: [Infinity, Infinity, Infinity],
    filled: [0, 0, 0],
    catchAll: 2,
    ...changes,
  };
}

test('without caps boxes go as preferred', () => {
  expect(load(allocateDay(demand()), 3)).toEqual([50, 30, 120]);
});

test('what is over a cap goes to the catch-all', () => {
  const result = allocateDay(demand({ cap: [20, 30, Infinity] }));
  expect(load(result, 3)).toEqual([20, 30, 150]);
  expect(Array.from(result.unconstrained)).toEqual([50, 30, 120]);
});

test('a factory to be filled takes boxes from the others up to its cap', () => {
  expect(load(allocateDay(demand({ cap: [90, 10, Infinity], filled: [1, 0, 0] })), 3)).toEqual([90, 10, 100]);
});

test('a factory to be filled gets no more than boxes it can make', () => {
  expect(load(allocateDay(demand({ cap: [500, 30, Infinity], filled: [1, 0, 0] })), 3)).toEqual([160, 0, 40]);
});

test('boxes move aside where only that makes room', () => {
  const result = allocateDay(demand({ cap: [100, 100, 60] }));
  expect(left(result)).toBe(0);
  expect(load(result, 3)[2]).toBe(60);
});

test('what has no room is unallocated', () => {
  expect(left(allocateDay(demand({ cap: [10, 10, 10] })))).toBe(170);
  expect(left(allocateDay(demand({ cap: [Infinity, Infinity, 0], share: new Float64Array(9) })))).toBe(40);
});

test('never over a cap nor to a factory that cannot make it, and as many as can be are allocated', () => {
  const factories = 3;
  const arbitrary = fc.record({
    masks: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 }),
    boxes: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 7, maxLength: 7 }),
    cap: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 3, maxLength: 3 }),
    filled: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 3, maxLength: 3 }),
  });
  fc.assert(
    fc.property(arbitrary, ({ masks, boxes: seven, cap, filled }) => {
      const boxes = seven.slice(0, masks.length);
      const share = Float64Array.from(
        masks.flatMap((mask) => {
          const open = [0, 1, 2].map((f) => (carries(mask, f) && cap[f] > 0 ? 1 : 0));
          const count = open.reduce((a: number, b) => a + b, 0);
          return open.map((is) => (count > 0 ? is / count : 0));
        }),
      );
      const result = allocateDay({ masks, boxes, share, cap, filled, catchAll: 2 });
      load(result, factories).forEach((boxesAt, f) => expect(boxesAt).toBeLessThanOrEqual(cap[f]));
      result.boxes.forEach((count, i) => {
        expect(count).toBeGreaterThanOrEqual(0);
        if (count > 0) expect(carries(masks[Math.floor(i / factories)], i % factories)).toBe(true);
      });
      expect(left(result)).toBe(fewestLeft(masks, boxes, cap));
    }),
  );
});

/** Hall's condition: boxes that only some factories can make, less what these hold, at the worst. */
function fewestLeft(masks: readonly number[], boxes: readonly number[], cap: readonly number[]): number {
  let worst = 0;
  for (let subset = 0; subset < 8; subset++) {
    const inside = masks.reduce((sum, mask, c) => sum + ((mask & ~subset) === 0 ? boxes[c] : 0), 0);
    const room = cap.reduce((sum, boxesAt, f) => sum + (carries(subset, f) ? boxesAt : 0), 0);
    worst = Math.max(worst, inside - room);
  }
  return worst;
}
