/** `forecast.xlsx`: everything that a revision says, for people who work in spreadsheets. */
import { subjectOf } from '../mail/subject.ts';
import { TABLE_NAMES, TABLES, type TableName } from '../columns.ts';
import type { Summary } from '../summary.ts';
import { inputsSheet, type Provenance } from './inputs-sheet.ts';
import type { Sheet } from '../../xlsx/sheet.ts';
import { summarySheet } from './summary-sheet.ts';
import { tableSheet, type ColumnRule, type WorkbookTable } from './table-sheet.ts';
import { writeWorkbook } from '../../xlsx/write-workbook.ts';

export interface WorkbookContent extends Provenance {
  readonly summary: Summary;
  /** The rows of a published table, as its CSV file says them. */
  readonly rowsOf: (table: TableName) => WorkbookTable['rows'];
}

const FLAGS: readonly ColumnRule[] = [
  { column: 'flag', when: { contains: 'no_bill_of_materials' }, tone: 'bad' },
  { column: 'flag', when: { contains: 'large_change' }, tone: 'warn' },
  { column: 'flag', when: { contains: 'new' }, tone: 'good' },
];

const CATEGORIES: readonly ColumnRule[] = [
  { column: 'category', when: { equals: 'new' }, tone: 'good' },
  { column: 'category', when: { equals: 'dropped' }, tone: 'warn' },
];

/** The bytes of the workbook; the same content gives the same bytes. */
export function renderWorkbook(content: WorkbookContent): Buffer {
  const { summary } = content;
  const subject = subjectOf(summary);
  const sheets = [summarySheet(summary, subject), ...tableSheets(content), inputsSheet(content)];
  return writeWorkbook(sheets, { title: subject, createdAt: summary.generated_at });
}

function tableSheets({ rowsOf, thresholds }: WorkbookContent): Sheet[] {
  const rules: Readonly<Record<TableName, readonly ColumnRule[]>> = {
    ingredients: FLAGS,
    products: FLAGS,
    recipes: FLAGS,
    utilisation: utilisationRules(thresholds['utilisation']),
    changes: CATEGORIES,
  };
  return TABLE_NAMES.map((table) => tableSheet({ ...TABLES[table], rows: rowsOf(table) }, rules[table]));
}

/** @param high the share of the cap from which the alerts speak */
function utilisationRules(high = 1): readonly ColumnRule[] {
  return [
    { column: 'utilisation', when: { above: 1 }, tone: 'bad' },
    { column: 'utilisation', when: { atLeast: high }, tone: 'warn' },
    { column: 'p90_over_cap', when: { above: 0 }, tone: 'warn' },
  ];
}
