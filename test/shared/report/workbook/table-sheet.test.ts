import { tableSheet } from '../../../../shared/report/workbook/table-sheet.ts';
import { writeWorkbook } from '../../../../shared/xlsx/write-workbook.ts';
import { column, sheetOf } from '../../xlsx/read-workbook.ts';

const PROPERTIES = { title: 'Test', createdAt: '2026-11-23T08:00:00.000Z' };

function namesSheet(names: readonly string[]) {
  const columns = ['name', 'p50'] as const;
  const table = { file: 'x.csv', title: 'Names', columns, rows: names.map((name) => [name, 1]) };
  return sheetOf(writeWorkbook([tableSheet(table)], PROPERTIES), 'Names');
}

describe('names in a workbook', () => {
  it.each([
    '=HYPERLINK("http://evil.example","x")',
    '+1',
    '-1',
    '@SUM(A1)',
    '<script>alert(1)</script> & "more"',
    'Größe 🥕👩‍🌾 家',
    'looks like an escape: _x000D_',
    'x'.repeat(300),
  ])('%j is what it was', (name) => {
    const [cell] = column(namesSheet([name]), 'Name');
    expect(cell?.value).toBe(name);
    expect(cell?.isQuoted).toBe(/^[=+\-@]/.test(name));
  });

  it('without the apostrophe that CSV needs', () => {
    expect(column(namesSheet(["'=1+1", "'s-Hertogenbosch"]), 'Name').map((cell) => cell?.value)).toEqual([
      '=1+1',
      "'s-Hertogenbosch",
    ]);
  });

  it('that XML cannot carry are replaced, and endless ones cut', () => {
    const [control, lone, long] = column(namesSheet(['a\u0000b', '\ud800x', 'y'.repeat(40_000)]), 'Name');
    expect(control?.value).toBe('a\ufffdb');
    expect(lone?.value).toBe('\ufffdx');
    expect(String(long?.value).length).toBe(32_767);
  });
});
