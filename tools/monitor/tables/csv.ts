/**
 * A published CSV file as columns, fast enough for a year of a large company (millions of rows): numbers in
 * typed arrays, texts as indexes into the list of their different values. RFC 4180, UTF-8.
 */
import { setImmediate as breathe } from 'node:timers/promises';

export interface NumberColumn {
  readonly name: string;
  readonly numeric: true;
  /** NaN where the cell is empty; whole numbers are exact up to 16 million. */
  readonly values: Float32Array;
}

export interface TextColumn {
  readonly name: string;
  readonly numeric: false;
  /** Index into `texts`, a row each. */
  readonly values: Uint32Array;
  readonly texts: readonly string[];
}

export type Column = NumberColumn | TextColumn;

export interface Columns {
  readonly rows: number;
  readonly columns: readonly Column[];
}

const [COMMA, QUOTE, LF, CR] = [0x2c, 0x22, 0x0a, 0x0d];
/** Rows between two pauses in which the server answers others. */
const ROWS_A_TURN = 20_000;

/**
 * @param kindOf by a column's name, what it holds
 * @throws Error where a row has another number of cells than the header
 */
export async function readColumns(
  bytes: Uint8Array,
  kindOf: (name: string) => 'number' | 'text' | 'skip',
): Promise<Columns> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reader = new CellReader(file);
  const names: string[] = [];
  while (reader.next()) {
    names.push(reader.text());
    if (reader.endsRow) break;
  }
  const builders = names.map((name) => {
    const kind = kindOf(name);
    return kind === 'number' ? new NumberBuilder(name) : kind === 'text' ? new TextBuilder(name) : undefined;
  });
  let rows = 0;
  for (let at = 0; reader.next();) {
    if (at >= builders.length) throw new Error(`Row ${rows + 2} has more cells than the header.`);
    builders[at++]?.add(reader);
    if (!reader.endsRow) continue;
    if (at !== builders.length) throw new Error(`Row ${rows + 2} has ${at} cells; the header ${names.length}.`);
    at = 0;
    rows++;
    if (rows % ROWS_A_TURN === 0) await breathe();
  }
  return { rows, columns: builders.flatMap((builder) => (builder ? [builder.column(rows)] : [])) };
}

/** Steps through the cells of a file without making strings of them. */
class CellReader {
  start = 0;
  end = 0;
  endsRow = false;
  private quoted = false;
  private at: number;

  constructor(readonly file: Buffer) {
    this.at = file.length >= 3 && file.readUIntBE(0, 3) === 0xefbbbf ? 3 : 0;
  }

  next(): boolean {
    const { file } = this;
    if (this.at >= file.length) return false;
    let at = this.at;
    this.quoted = file[at] === QUOTE;
    if (this.quoted) {
      this.start = ++at;
      // A doubled quote stands for one.
      while (at < file.length && (file[at] !== QUOTE || file[at + 1] === QUOTE)) at += file[at] === QUOTE ? 2 : 1;
      this.end = at++;
    } else {
      this.start = at;
      while (at < file.length && file[at] !== COMMA && file[at] !== LF && file[at] !== CR) at++;
      this.end = at;
    }
    this.endsRow = file[at] !== COMMA;
    if (file[at] === CR) at++;
    this.at = at + 1;
    return true;
  }

  text(): string {
    const text = this.file.toString('utf8', this.start, this.end);
    return this.quoted ? text.replaceAll('""', '"') : text;
  }
}

class NumberBuilder {
  private values = new Float32Array(1024);
  private rows = 0;

  constructor(private readonly name: string) {}

  add(reader: CellReader): void {
    if (this.rows === this.values.length) this.values = grown(this.values, new Float32Array(2 * this.rows));
    this.values[this.rows++] = numberIn(reader);
  }

  column(rows: number): NumberColumn {
    return { name: this.name, numeric: true, values: this.values.slice(0, rows) };
  }
}

class TextBuilder {
  private values = new Uint32Array(1024);
  private rows = 0;
  private readonly texts: string[] = [];
  private readonly indexOf = new Map<string, number>();
  /** Where each text was first found, and which one last came after it: rows repeat each other's order. */
  private readonly found: { start: number; end: number; then: number }[] = [];
  private above = -1;

  constructor(private readonly name: string) {}

  add(reader: CellReader): void {
    if (this.rows === this.values.length) this.values = grown(this.values, new Uint32Array(2 * this.rows));
    const index = this.index(reader);
    this.values[this.rows++] = index;
    this.above = index;
  }

  private index(reader: CellReader): number {
    if (this.above >= 0) {
      const { then } = this.found[this.above];
      if (this.isText(reader, this.above)) return this.above;
      if (then >= 0 && this.isText(reader, then)) return then;
    }
    const text = reader.text();
    const known = this.indexOf.get(text);
    const index = known ?? this.texts.push(text) - 1;
    if (known === undefined) {
      this.indexOf.set(text, index);
      this.found.push({ start: reader.start, end: reader.end, then: -1 });
    }
    if (this.above >= 0) this.found[this.above].then = index;
    return index;
  }

  /** By its bytes, without making a string. */
  private isText({ file, start, end }: CellReader, index: number): boolean {
    const other = this.found[index];
    if (end - start !== other.end - other.start) return false;
    for (let at = start, as = other.start; at < end; at++, as++) if (file[at] !== file[as]) return false;
    return true;
  }

  column(rows: number): TextColumn {
    return { name: this.name, numeric: false, values: this.values.slice(0, rows), texts: this.texts };
  }
}

function grown<T extends Float32Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Plain digits at once; anything else by Number. */
function numberIn(reader: CellReader): number {
  const { file, start, end } = reader;
  if (start === end) return NaN;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = file[at] - 0x30;
    if (digit < 0 || digit > 9) return Number(reader.text());
    value = value * 10 + digit;
  }
  return value;
}
