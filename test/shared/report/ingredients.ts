/** The rows of a published `ingredients.csv`. */

export type CsvRow = Record<string, string>;

export const cellOf = (row: CsvRow) => [row['menu_week'], row['factory'], row['delivery_date'], row['sku']].join(' ');
export const p50Of = (rows: readonly CsvRow[]) => new Map(rows.map((row) => [cellOf(row), Number(row['p50'])]));
