import fc from 'fast-check';
import { partialSort } from '../../../../tools/monitor/tables/partial-sort.ts';

it('the first numbers are those of a full sort, and none of the others is lost', () => {
  const numbers = fc.array(fc.double({ noNaN: true }), { maxLength: 200 });
  const property = fc.property(numbers, fc.nat(220), fc.boolean(), (given, count, alike) => {
    const all = alike ? given.map((number) => Math.sign(number)) : given;
    const selected = Float64Array.from(all);
    partialSort(selected, Math.min(count, all.length));
    const sorted = Float64Array.from(all).sort();
    expect(selected.subarray(0, count)).toEqual(sorted.subarray(0, count));
    expect(selected.sort()).toEqual(sorted);
  });
  fc.assert(property);
});
