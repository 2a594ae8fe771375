/** The forecast's records as Parquet: loaded when it is written, as the writer is a library of its own. */
import { parquetWriteBuffer } from 'hyparquet-writer';
import { COLUMNS, type Column, type Value } from './columns.ts';
import { RECORD_COLUMNS, type ForecastRecord } from './downstream.ts';

const DAY_MS = 24 * 3600 * 1000;
const ROWS_PER_GROUP = 100_000;

/** The same records give the same bytes. */
export function parquet(records: Iterable<ForecastRecord>): Buffer {
  const columns = RECORD_COLUMNS.map((name) => ({ name, isDate: COLUMNS[name].type === 'date', data: [] as Value[] }));
  for (const record of records) {
    for (const { name, isDate, data } of columns) {
      const value = record[name];
      data.push(isDate && typeof value === 'string' ? Date.parse(value) / DAY_MS : value);
    }
  }
  const schema = [
    { name: 'forecast', num_children: columns.length },
    ...RECORD_COLUMNS.map((name) => elementOf(name, COLUMNS[name])),
  ];
  return Buffer.from(
    parquetWriteBuffer({
      columnData: columns.map(({ name, data }) => ({ name, data })),
      schema,
      rowGroupSize: ROWS_PER_GROUP,
      createdBy: 'larder',
    }),
  );
}

/** Texts are UTF-8, whole numbers 32 bits, other numbers doubles, dates days since 1970. */
function elementOf(name: string, { type, isNullable }: Column) {
  const repetition_type = isNullable ? ('OPTIONAL' as const) : ('REQUIRED' as const);
  switch (type) {
    case 'text':
    case 'word':
      return { name, repetition_type, type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
    case 'date':
      return { name, repetition_type, type: 'INT32', converted_type: 'DATE' } as const;
    case 'integer':
      return { name, repetition_type, type: 'INT32' } as const;
    case 'decimal':
    case 'limit':
      return { name, repetition_type, type: 'DOUBLE' } as const;
  }
}
