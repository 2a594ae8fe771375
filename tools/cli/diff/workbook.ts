/** What `larder diff` reports, as a workbook: the weeks and factories, then every ingredient that differs. */
import { COLUMNS } from '../../../shared/report/columns.ts';
import type { Cell, CellStyle, Column, Sheet, StyledCell } from '../../../shared/xlsx/sheet.ts';
import { writeWorkbook } from '../../../shared/xlsx/write-workbook.ts';
import { subjectOf, type RunDiff } from './run-diff.ts';
import { bySize, type Pair } from './week-diff.ts';

type Heading = Column & { readonly header: string };

const text = (header: string, width: number): Heading => ({ header, width, style: 'text' });
const number = (header: string, style: CellStyle = 'whole'): Heading => ({ header, width: 12, style });
const pairOf = (what: string): Heading[] => [
  number(`${what} A`),
  number(`${what} B`),
  number('Change', 'signed'),
  number('Change %', 'signedPercent'),
];

/** The bytes of the workbook; the same two revisions give the same bytes. */
export function diffWorkbook(diff: RunDiff): Buffer {
  const title = `${subjectOf(diff.a)} against ${subjectOf(diff.b)}`;
  return writeWorkbook([factories(diff), ingredients(diff), compared(diff)], {
    title,
    createdAt: diff.b.started_at,
  });
}

function factories({ weeks }: RunDiff): Sheet {
  const columns = [columnOf('menu_week'), text(COLUMNS.factory.heading, 22), ...pairOf('Boxes'), ...pairOf('Packs')];
  const rows = weeks.flatMap(({ menu_week, factories: sites, boxes, packs }): Cell[][] => [
    ...sites.map((site) => [menu_week, site.name, ...cells(site.boxes), ...cells(site.packs)]),
    [strong(menu_week), strong('all'), ...cells(boxes), ...cells(packs)],
  ]);
  return table('Factories', columns, rows);
}

function ingredients({ weeks }: RunDiff): Sheet {
  const keys = ['menu_week', 'factory', 'sku', 'name', 'unit', 'category'] as const;
  const columns = [...keys.map(columnOf), ...pairOf('Packs')];
  const skus = weeks.flatMap((week) => week.skus).sort(bySize);
  const rows = skus.map((diff): Cell[] => [...keys.map((key) => diff[key]), ...cells(diff.packs)]);
  return {
    ...table('Ingredients', columns, rows),
    rules: [
      { column: keys.indexOf('category'), when: { equals: 'new' }, tone: 'good' },
      { column: keys.indexOf('category'), when: { equals: 'dropped' }, tone: 'warn' },
    ],
  };
}

/** The column as the published workbook has it. */
function columnOf(name: 'menu_week' | 'factory' | 'sku' | 'name' | 'unit' | 'category') {
  const { heading, width } = COLUMNS[name];
  return text(heading, width);
}

/** Which revisions, and what of them has no counterpart. */
function compared({ a, b, weeks, weeks_only_in_a, weeks_only_in_b }: RunDiff): Sheet {
  const only = (name: string, list: readonly string[]): Cell[][] =>
    list.length === 0 ? [] : [[`Only in ${name}, not compared`, list.join(', ')]];
  const rows: Cell[][] = [
    ['A', subjectOf(a)],
    ['A: started at', a.started_at],
    ['B', subjectOf(b)],
    ['B: started at', b.started_at],
    ...only('A', [...weeks_only_in_a, ...weeks.flatMap((week) => week.dates_only_in_a)]),
    ...only('B', [...weeks_only_in_b, ...weeks.flatMap((week) => week.dates_only_in_b)]),
    ['Packs', 'Sums of the P50 over the delivery dates that both have'],
  ];
  return table('Compared', [text('What', 28), text('Value', 80)], rows);
}

function table(name: string, columns: readonly Heading[], rows: Iterable<readonly Cell[]>): Sheet {
  const headers = columns.map(({ header, style }): StyledCell => ({
    value: header,
    style: style === 'text' ? 'header' : 'numberHeader',
  }));
  return { name, columns, rows: concat([headers], rows), frozenRows: 1, hasFilter: true };
}

function* concat(head: readonly Cell[][], rows: Iterable<readonly Cell[]>): Generator<readonly Cell[]> {
  yield* head;
  yield* rows;
}

function cells({ a, b, delta, delta_pct }: Pair): Cell[] {
  return [a, b, delta, delta_pct === null ? null : delta_pct / 100];
}

function strong(value: string): StyledCell {
  return { value, style: 'strong' };
}
