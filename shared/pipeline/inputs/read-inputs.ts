/** CSV files into the tables of the domain: streamed, checked cell by cell, hashed on the way. */
import { createHash } from 'node:crypto';
import { CsvError, parse } from 'csv-parse';
import { Readable } from 'node:stream';
import type { Column } from '../../domain/input/cells.ts';
import { COLUMNS, INPUT_FILES, OPTIONAL_FILES, type InputFileName, type Row } from '../../domain/input/input-files.ts';
import { OrderLines } from '../../domain/input/order-lines.ts';
import { Problems } from '../../domain/input/problem.ts';
import { RefusedRows, type Tables } from '../../domain/input/tables.ts';
import type { MenuWeek } from '../../domain/model.ts';

/** Where the input files are read from: a folder or an S3 prefix. */
export interface InputFiles {
  /** The file's bytes; undefined where there is no such file. */
  open(file: InputFileName): Promise<AsyncIterable<Uint8Array> | undefined>;
}

export interface LoadedInputs {
  readonly tables: Tables;
  /** SHA-256 of every file's bytes as they were read. */
  readonly sha256: Readonly<Record<string, string>>;
  /** Where it holds errors, the tables are incomplete: more errors can be looked for, but nothing forecast. */
  readonly problems: Problems;
}

/** One line cannot be longer than this: a file without line ends must not fill the memory. */
const MAX_RECORD_BYTES = 1024 * 1024;

/**
 * Reads every input file.
 *
 * @param options.weeks placed orders of other weeks are checked and let go, so millions of lines stay small;
 *   absent: all are kept
 */
export async function loadInputs(
  files: InputFiles,
  options: { readonly weeks?: ReadonlySet<MenuWeek> } = {},
): Promise<LoadedInputs> {
  const problems = new Problems();
  const sha256: Record<string, string> = {};
  const rows = Object.fromEntries(INPUT_FILES.map((file) => [file, [] as Row<InputFileName>[]]));
  const orders = new OrderLines();
  const refused = new RefusedRows();
  const keep = (file: InputFileName, row: Row<InputFileName>) => {
    if (file !== 'orders.csv') rows[file].push(row);
    else if (isWanted(row as Row<'orders.csv'>, options.weeks)) orders.push(row as Row<'orders.csv'>);
  };
  for (const file of INPUT_FILES) {
    const bytes = await files.open(file);
    if (bytes) sha256[file] = await readFile(file, bytes, (row) => keep(file, row), problems, refused);
    else if (!OPTIONAL_FILES.includes(file)) {
      refused.addFile(file);
      problems.error({ file, message: 'the file is missing; expected it here' });
    }
  }
  // Every row went through the columns of its own file.
  const tables = { ...rows, orders, refused } as unknown as Tables;
  return { tables, sha256, problems };
}

function isWanted(row: Row<'orders.csv'>, weeks: ReadonlySet<MenuWeek> | undefined): boolean {
  return weeks === undefined || weeks.has(row.menu_week);
}

/** @returns the SHA-256 of the bytes read */
async function readFile(
  file: InputFileName,
  bytes: AsyncIterable<Uint8Array>,
  keep: (row: Row<InputFileName>) => void,
  problems: Problems,
  refused: RefusedRows,
): Promise<string> {
  const hash = createHash('sha256');
  const place = { line: 1 };
  const parser = parse({
    bom: true,
    info: true,
    record_delimiter: '\n',
    // Counted here, so that every short or long line is named, not only the first.
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_BYTES,
  });
  const source = Readable.from(decoded(bytes, hash, place));
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let reader: RowReader | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      if (reader) reader.read(record, info.lines, keep);
      else reader = new RowReader(file, record, problems, refused);
      if (!reader.usable) break;
    }
    if (!reader?.usable) refused.addFile(file);
    if (!reader)
      problems.error({
        file,
        line: 1,
        message: `expected a header row: ${Object.keys(COLUMNS[file]).join(',')}`,
      });
  } catch (error) {
    refused.addFile(file);
    report(file, error, place.line, problems);
  } finally {
    source.destroy();
    parser.destroy();
  }
  return hash.digest('hex');
}

class NotUtf8 extends Error {}
class LineTooLong extends Error {}

/**
 * The text of the bytes, every line end as `\n`: a file that two programs wrote may hold several kinds.
 *
 * @param place how far it has come
 * @throws LineTooLong before such a line is gathered anywhere: cells that are empty count nowhere else
 */
async function* decoded(
  bytes: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
  place: { line: number },
): AsyncIterable<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const decode = (chunk?: Uint8Array) => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch {
      throw new NotUtf8();
    }
  };
  let held = '';
  let lineLength = 0;
  const advance = (text: string) => {
    let from = 0;
    for (let at = text.indexOf('\n'); ; at = text.indexOf('\n', from)) {
      lineLength += (at < 0 ? text.length : at) - from;
      if (lineLength > MAX_RECORD_BYTES) throw new LineTooLong();
      if (at < 0) return;
      lineLength = 0;
      place.line++;
      from = at + 1;
    }
  };
  for await (const chunk of bytes) {
    hash.update(chunk);
    const text = held + decode(chunk);
    // Its other half may be in the next chunk.
    held = text.endsWith('\r') ? '\r' : '';
    const lines = text.slice(0, text.length - held.length).replace(/\r\n?/g, '\n');
    yield lines;
    advance(lines);
  }
  const last = (held + decode()).replace('\r', '\n');
  yield last;
  advance(last);
}

function report(file: string, error: unknown, line: number, problems: Problems): void {
  if (error instanceof NotUtf8) {
    problems.error({ file, line, message: 'at or after this line there are bytes that are not UTF-8; expected UTF-8' });
  } else if (error instanceof LineTooLong) {
    problems.error({ file, line, message: TOO_LONG });
  } else if (error instanceof CsvError) {
    const at = typeof error['lines'] === 'number' ? error['lines'] : line;
    problems.error({ file, line: at, message: sentenceOf(error) });
  } else {
    throw error;
  }
}

const TOO_LONG = `the line is longer than ${MAX_RECORD_BYTES} characters; expected a CSV record (is a quote left open?)`;

function sentenceOf(error: CsvError): string {
  switch (error.code) {
    case 'CSV_MAX_RECORD_SIZE':
      return TOO_LONG;
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quote is opened and never closed; expected a closing "';
    case 'INVALID_OPENING_QUOTE':
    case 'CSV_INVALID_CLOSING_QUOTE':
      return 'a quote stands where none may; expected quotes around the whole cell, and "" for a quote inside it';
    default:
      return `not a CSV record: ${error.message}`;
  }
}

/** Reads the records of one file by its header. */
class RowReader {
  readonly usable: boolean;
  private readonly columns: {
    readonly name: string;
    readonly at: number;
    readonly column: Column<unknown>;
  }[] = [];

  constructor(
    private readonly file: InputFileName,
    private readonly header: readonly string[],
    private readonly problems: Problems,
    private readonly refused: RefusedRows,
  ) {
    const names = header.map((name) => name.trim());
    let complete = true;
    const columns: Readonly<Record<string, Column<unknown>>> = COLUMNS[file];
    for (const [name, column] of Object.entries(columns)) {
      const at = names.indexOf(name);
      if (at >= 0) this.columns.push({ name, at, column });
      else if (!column.optional) {
        complete = false;
        const message = `the column is missing; expected ${Object.keys(COLUMNS[file]).join(', ')}`;
        problems.error({ file, line: 1, column: name, message });
      }
      if (at >= 0 && names.indexOf(name, at + 1) >= 0) {
        complete = false;
        problems.error({ file, line: 1, column: name, message: 'the column stands there twice; expected it once' });
      }
    }
    this.usable = complete;
  }

  read(record: readonly string[], line: number, keep: (row: Row<InputFileName>) => void): void {
    const { file, problems } = this;
    if (record.length !== this.header.length) {
      const value = `${record.length} cells`;
      problems.error({
        file,
        line,
        value,
        message: `expected ${this.header.length} cells, as in the header`,
      });
      this.refused.addFile(file);
      return;
    }
    const row: Record<string, unknown> = { line };
    let whole = true;
    for (const { name, at, column } of this.columns) {
      const text = record[at].trim();
      const cell = column.parse(text);
      if (cell.ok) row[name] = cell.value;
      else {
        whole = false;
        problems.error({ file, line, column: name, value: text, message: cell.expected });
      }
    }
    if (whole) keep(row as unknown as Row<InputFileName>);
    else this.refused.addRow(file, Object.fromEntries(this.columns.map(({ name, at }) => [name, record[at].trim()])));
  }
}
