/** `actuals.csv`: what was really needed. */
import { CsvError, parse } from 'csv-parse/sync';
import { date, id, menuWeek, number, type Column } from '../../../shared/domain/input/cells.ts';
import { formatProblem, Problems } from '../../../shared/domain/input/problem.ts';
import { InputRefused } from '../../../shared/pipeline/errors.ts';
import { readInputFile } from '../../read-file.ts';

/** A row of the file. */
export interface Actual {
  readonly menu_week: string;
  readonly delivery_date: string;
  readonly factory: string;
  readonly sku: string;
  /** Packs. */
  readonly quantity: number;
}

const COLUMNS = {
  menu_week: menuWeek,
  delivery_date: date,
  factory: id(),
  sku: id(),
  quantity: number(0, 1e9),
} as const satisfies Record<keyof Actual, Column<unknown>>;
const NAMES = Object.keys(COLUMNS) as (keyof Actual)[];

interface CsvRecord {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

const NO_HEADER: CsvRecord = { record: [], info: { lines: 1 } };

/**
 * Reads the file: UTF-8, a header row, columns in any order, others ignored.
 *
 * @throws {@link InputRefused} with everything that is wrong, a line each
 */
export async function readActuals(file: string): Promise<Actual[]> {
  const bytes = await readInputFile(file);
  const problems = new Problems();
  const rows: Actual[] = [];
  const [header = NO_HEADER, ...records] = recordsOf(file, bytes);
  const missing = NAMES.filter((name) => !header.record.includes(name));
  if (missing.length > 0) {
    throw new InputRefused(`${file}:1: the header lacks ${missing.join(', ')}; expected ${NAMES.join(',')}`);
  }
  const at = new Map(NAMES.map((name) => [name, header.record.indexOf(name)]));
  for (const { record, info } of records) {
    const cell = <T>(name: keyof Actual, { parse: read }: Column<T>): T | undefined => {
      const value = record[at.get(name) ?? -1] ?? '';
      const found = read(value.trim());
      if (found.ok) return found.value;
      problems.error({ file, line: info.lines, column: name, value, message: found.expected });
      return undefined;
    };
    const menu_week = cell('menu_week', COLUMNS.menu_week);
    const delivery_date = cell('delivery_date', COLUMNS.delivery_date);
    const factory = cell('factory', COLUMNS.factory);
    const sku = cell('sku', COLUMNS.sku);
    const quantity = cell('quantity', COLUMNS.quantity);
    if (menu_week && delivery_date && factory && sku && quantity !== undefined) {
      rows.push({ menu_week, delivery_date, factory, sku, quantity });
    }
  }
  if (problems.errorCount > 0) {
    const more = problems.errorCount - problems.errors.length;
    const lines = problems.errors.map((problem) => formatProblem({ ...problem, severity: 'error' }));
    throw new InputRefused([...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'));
  }
  return rows;
}

function recordsOf(file: string, bytes: Buffer): CsvRecord[] {
  try {
    // The library types `info: true` only for its stream.
    return parse(bytes, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as CsvRecord[];
  } catch (error) {
    if (error instanceof CsvError) throw new InputRefused(`${file}: ${error.message}`);
    throw error;
  }
}
