/** The forecast's records as Parquet: loaded when it is written, as the writer is a library of its own. */
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { ForecastRecord } from './downstream.ts';

type Value = ForecastRecord[keyof ForecastRecord];
type Type = 'text' | 'count' | 'number' | 'date';

/** Every column of a record, as it is stored: text UTF-8, counts 32 bits, numbers doubles, dates days. */
const TYPES: Readonly<Record<keyof ForecastRecord, Type>> = {
  run_id: 'text',
  revision: 'count',
  menu_week: 'text',
  factory: 'text',
  delivery_date: 'date',
  sku: 'text',
  name: 'text',
  unit: 'text',
  p10: 'count',
  p50: 'count',
  p90: 'count',
  mean: 'number',
  placed_qty: 'count',
  simulated_qty: 'count',
  previous_p50: 'count',
  delta: 'count',
  delta_pct: 'number',
  flag: 'text',
};
const NULLABLE: ReadonlySet<string> = new Set(['previous_p50', 'delta', 'delta_pct', 'flag']);

const DAY_MS = 24 * 3600 * 1000;
const ROWS_IN_A_GROUP = 100_000;

/** The same records give the same bytes. */
export function parquet(records: Iterable<ForecastRecord>): Buffer {
  const names = Object.keys(TYPES) as (keyof ForecastRecord)[];
  const columns = names.map((name) => ({ name, data: [] as Value[] }));
  for (const record of records) {
    for (const { name, data } of columns) {
      const value = record[name];
      data.push(TYPES[name] === 'date' && typeof value === 'string' ? Date.parse(value) / DAY_MS : value);
    }
  }
  const schema = [{ name: 'forecast', num_children: names.length }, ...names.map(elementOf)];
  return Buffer.from(
    parquetWriteBuffer({ columnData: columns, schema, rowGroupSize: ROWS_IN_A_GROUP, createdBy: 'larder' }),
  );
}

function elementOf(name: keyof ForecastRecord) {
  const repetition_type = NULLABLE.has(name) ? ('OPTIONAL' as const) : ('REQUIRED' as const);
  switch (TYPES[name]) {
    case 'text':
      return { name, repetition_type, type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
    case 'date':
      return { name, repetition_type, type: 'INT32', converted_type: 'DATE' } as const;
    case 'count':
      return { name, repetition_type, type: 'INT32' } as const;
    case 'number':
      return { name, repetition_type, type: 'DOUBLE' } as const;
  }
}
