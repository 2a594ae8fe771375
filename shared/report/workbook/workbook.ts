/** `forecast.xlsx`: everything that a revision says, for people who work in spreadsheets. */
import { subjectOf } from '../mail/head.ts';
import type { Summary } from '../summary.ts';
import { inputsSheet, type Provenance } from './inputs-sheet.ts';
import type { Sheet } from '../../xlsx/sheet.ts';
import { summarySheet } from './summary-sheet.ts';
import { tableSheet, type WorkbookTable } from './table-sheet.ts';
import { writeWorkbook } from '../../xlsx/write-workbook.ts';

export interface WorkbookContent extends Provenance {
  readonly summary: Summary;
  /** The published tables, by their files' names. */
  readonly tables: readonly WorkbookTable[];
}

type Rules = Parameters<typeof tableSheet>[2];

const FLAGS: Rules = [
  { column: 'flag', when: { contains: 'no_bill_of_materials' }, tone: 'bad' },
  { column: 'flag', when: { contains: 'large_change' }, tone: 'warn' },
  { column: 'flag', when: { contains: 'new' }, tone: 'good' },
];

const CATEGORIES: Rules = [
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

function tableSheets({ tables, thresholds }: WorkbookContent): Sheet[] {
  const sheets: readonly [name: string, file: string, rules: Rules][] = [
    ['Ingredients', 'ingredients.csv', FLAGS],
    ['Products', 'products.csv', FLAGS],
    ['Recipes', 'recipes.csv', FLAGS],
    ['Utilisation', 'utilisation.csv', utilisationRules(thresholds['utilisation'])],
    ['Changes', 'changes.csv', CATEGORIES],
  ];
  return sheets.flatMap(([name, file, rules]) => {
    const table = tables.find((item) => item.file === file);
    return table ? [tableSheet(name, table, rules)] : [];
  });
}

/** @param high the share of the cap from which the alerts speak */
function utilisationRules(high = 1): Rules {
  return [
    { column: 'utilisation', when: { above: 1 }, tone: 'bad' },
    { column: 'utilisation', when: { atLeast: high }, tone: 'warn' },
    { column: 'p90_over_cap', when: { above: 0 }, tone: 'warn' },
  ];
}
