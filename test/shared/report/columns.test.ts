import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../../infra/root.ts';
import {
  COLUMN_NAMES,
  COLUMNS,
  FILTERS,
  PAGE_VIEWS,
  TABLE_NAMES,
  TABLES,
  type Column,
  type ColumnName,
} from '../../../shared/report/columns.ts';

const TYPES: Readonly<Record<Column['type'], string>> = {
  text: 'string',
  word: 'string',
  date: 'date',
  integer: 'int32',
  decimal: 'double',
  limit: 'int32 or `inf`',
};

const RECORD: readonly ColumnName[] = TABLES.ingredients.columns;

const filesWith = (name: ColumnName) =>
  TABLE_NAMES.map((table) => TABLES[table])
    .filter(({ columns }) => columns.some((one) => one === name))
    .map(({ file }) => `\`${file}\``);

/** A row of the document: the cells of its table. */
function documented(name: ColumnName): string[] {
  const { type, unit, meaning }: Column = COLUMNS[name];
  const files = RECORD.includes(name) ? [] : [filesWith(name).join(', ')];
  return [`\`${name}\``, ...files, TYPES[type], unit ?? '', meaning];
}

describe('the catalogue of columns', () => {
  it('is what docs/events.md says, column by column', async () => {
    const document = await readFile(join(ROOT, 'docs/events.md'), 'utf8');
    const rows = document
      .slice(document.indexOf('## The records'))
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    const others = COLUMN_NAMES.filter((name) => !RECORD.includes(name));
    expect(rows).toEqual([...RECORD, ...others].map(documented));
  });

  it('has no column that no table holds', () => {
    for (const name of COLUMN_NAMES) expect([name, ...filesWith(name)].length).toBeGreaterThan(1);
  });

  it('gives a heading to everything that the page shows or filters by', () => {
    const shown = Object.values(PAGE_VIEWS).flatMap(({ columns }) => columns.filter((name) => name !== 'bar'));
    for (const name of [...shown, ...FILTERS]) expect(COLUMNS[name]).toHaveProperty('page');
  });
});
