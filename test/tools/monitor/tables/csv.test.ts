import fc from 'fast-check';
import { stringify } from 'csv-stringify/sync';
import { readColumns } from '../../../../tools/monitor/tables/csv.ts';

it('a published table is read as the letter of RFC 4180 has it', async () => {
  const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', ',', '"', '\r\n', 'ö', '🍋', '""'));
  const rows = fc.array(fc.tuple(cell, cell, fc.oneof(fc.constant(''), fc.integer())));
  const property = fc.asyncProperty(rows, fc.constantFrom('\n', '\r\n'), fc.boolean(), async (cells, end, bom) => {
    const header = ['first', 'second', 'number'];
    const text = stringify([header, ...cells], { record_delimiter: end, quoted_match: /[\r\n]/ });
    const bytes = Buffer.from((bom ? '\uFEFF' : '') + text);
    const read = await readColumns(bytes, (name) => (name === 'number' ? 'number' : 'text'));
    const [first, second, number] = read.columns;
    if (first.numeric || second.numeric || !number.numeric) throw new Error('kinds');
    const texts = (at: number) => [first.texts[first.values[at]], second.texts[second.values[at]]];
    expect(cells.map((_, at) => texts(at))).toEqual(
      // What UTF-8 cannot hold is replaced on the way into the file.
      cells.map(([a, b]) => [Buffer.from(a).toString(), Buffer.from(b).toString()]),
    );
    expect([...number.values]).toEqual(cells.map(([, , n]) => (n === '' ? NaN : Math.fround(n))));
  });
  await fc.assert(property);
});
