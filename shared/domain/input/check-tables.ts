/** Checks over all files that concern every week: a run is refused for any of them. */
import { MAX_FACTORIES } from '../factory-mask.ts';
import { MAX_ITEMS, type InputFileName } from './input-files.ts';
import { Problems, type Problem } from './problem.ts';
import { reportRepeats } from './reading.ts';
import type { Tables } from './tables.ts';

/** Errors and warnings that no single week is to blame for. */
export function checkTables(tables: Tables): Problem[] {
  const problems = new Problems();
  checkDuplicates(tables, problems);
  checkFactories(tables, problems);
  checkReferences(tables, problems);
  if (tables['weeks.csv'].length === 0 && !tables.refused.mayHold('weeks.csv')) {
    problems.error({ file: 'weeks.csv', message: 'expected a row for at least one week' });
  }
  const skus = tables['skus.csv'].length;
  if (skus > MAX_ITEMS) problems.error({ file: 'skus.csv', message: `${skus} SKUs; expected at most ${MAX_ITEMS}` });
  checkOrderWeeks(tables, problems);
  return [...problems.errors, ...problems.warnings];
}

function checkDuplicates(tables: Tables, problems: Problems): void {
  const unique = <F extends Exclude<InputFileName, 'orders.csv'>>(
    file: F,
    column: string,
    keyOf: (row: Tables[F][number]) => string,
  ) => reportRepeats<Tables[F][number]>(tables[file], file, column, keyOf, undefined, problems);
  unique('weeks.csv', 'menu_week', (row) => row.menu_week);
  unique('skus.csv', 'sku', (row) => row.sku);
  unique('factories.csv', 'factory', (row) => row.factory);
  unique('caps.csv', 'factory', (row) => `${row.factory} on ${row.delivery_date}`);
  const item = (row: Tables['recipes.csv'][number]) => `${row.recipe_id} for ${row.portions}: ${row.sku}`;
  unique('recipes.csv', 'sku', item);
}

/** Orders of weeks that are over are common; of a week that was misspelt they would vanish without this. */
function checkOrderWeeks({ orders, ...tables }: Tables, problems: Problems): void {
  const listed = new Set(tables['weeks.csv'].map((row) => row.menu_week));
  const said = new Set<string>();
  for (let i = 0; i < orders.count; i++) {
    const week = orders.week(i);
    if (listed.has(week) || said.has(week)) continue;
    said.add(week);
    const message = 'orders of this week are passed over: weeks.csv does not list it';
    problems.warn({ file: 'orders.csv', line: orders.line(i), column: 'menu_week', value: week, message });
  }
}

function checkFactories(tables: Tables, problems: Problems): void {
  const file = 'factories.csv';
  const rows = tables[file];
  if (rows.length > MAX_FACTORIES) {
    problems.error({ file, message: `${rows.length} factories; expected at most ${MAX_FACTORIES}` });
  }
  const catchAll = rows.filter((row) => row.catch_all);
  if (catchAll.length === 1 || tables.refused.mayHold(file)) return;
  const found = catchAll.map((row) => row.factory).join(', ') || 'none';
  problems.error({
    file,
    line: catchAll[1]?.line,
    column: 'catch_all',
    value: found,
    message: 'expected exactly one factory with catch_all true',
  });
}

function checkReferences(tables: Tables, problems: Problems): void {
  const skus = new Set<string>(tables['skus.csv'].map((row) => row.sku));
  const factories = new Set<string>(tables['factories.csv'].map((row) => row.factory));
  const check = (file: InputFileName, line: number, column: 'sku' | 'factory' | 'factories', value: string) => {
    const [ids, where] = column === 'sku' ? ([skus, 'skus.csv'] as const) : ([factories, 'factories.csv'] as const);
    if (ids.has(value) || tables.refused.mayHold(where, { [column === 'sku' ? 'sku' : 'factory']: value })) return;
    problems.error({ file, line, column, value, message: `expected an id that ${where} lists` });
  };
  for (const row of tables['recipes.csv']) check('recipes.csv', row.line, 'sku', row.sku);
  for (const row of tables['caps.csv']) check('caps.csv', row.line, 'factory', row.factory);
  for (const row of tables['eligibility.csv']) check('eligibility.csv', row.line, 'factory', row.factory);
  for (const row of tables['products.csv']) {
    for (const factory of factoriesOf(row.factories)) check('products.csv', row.line, 'factories', factory);
  }
}

/** The ids of a `factories` cell; none for `*` or an empty one, which mean every factory. */
export function factoriesOf(cell: string | undefined): string[] {
  if (cell === undefined || cell === '' || cell === '*') return [];
  return cell.split('|').map((factory) => factory.trim());
}
