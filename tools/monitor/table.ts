/** Searching, filtering and sorting the rows of a published table, a page at a time. */
import type { Column, Columns, TextColumn } from './csv';
import type { TablePageDto } from './dto';

export interface TableQuery {
  /** By column name, the one value that rows must have. */
  readonly filters: Readonly<Record<string, string>>;
  /** Words that must all occur in a row's ids and names; case and accents do not count. */
  readonly search: string;
  /** A column's name; absent: the order of the file. */
  readonly sort?: string | undefined;
  /** By size, whatever its sign; empty cells come last in any case. */
  readonly order: 'up' | 'down' | 'size';
  readonly from: number;
  readonly count: number;
}

const FILTERS = ['menu_week', 'factory', 'delivery_date'];
const SEARCHED = ['sku', 'product_id', 'recipe_id', 'name', 'product_name', 'recipe_name'];

/** Rows of the file, all or some, that can be asked for. */
export class PublishedTable {
  private readonly orders = new Map<string, Uint32Array>();

  private readonly columns: readonly Column[];

  /** @param rows those of the file that belong to it */
  constructor(
    columns: readonly Column[],
    private readonly rows: Uint32Array,
  ) {
    this.columns = columns.filter((column) =>
      column.numeric
        ? rows.some((row) => !Number.isNaN(column.values[row]))
        : column.texts.some((text) => text !== ''),
    );
  }

  static of({ rows, columns }: Columns): PublishedTable {
    return new PublishedTable(
      columns,
      Uint32Array.from({ length: rows }, (_, row) => row),
    );
  }

  page(query: TableQuery): TablePageDto {
    const tests = [...this.filterTests(query), ...this.searchTests(query.search)];
    const found: number[] = [];
    let matching = 0;
    for (const row of this.order(query)) {
      if (!tests.every((test) => test(row))) continue;
      if (matching >= query.from && found.length < query.count) found.push(row);
      matching++;
    }
    return {
      isThere: true,
      columns: this.columns.map(({ name, numeric }) => ({ name, numeric })),
      total: this.rows.length,
      matching,
      from: query.from,
      rows: found.map((row) => this.columns.map((column) => cellOf(column, row))),
      choices: this.choices(query),
    };
  }

  private *filterTests({ filters }: TableQuery): Iterable<(row: number) => boolean> {
    for (const [name, wanted] of Object.entries(filters)) {
      const column = this.textColumn(name);
      if (!column || wanted === '') continue;
      const index = column.texts.indexOf(wanted);
      yield (row) => column.values[row] === index;
    }
  }

  private *searchTests(search: string): Iterable<(row: number) => boolean> {
    const columns = SEARCHED.flatMap((name) => this.textColumn(name) ?? []);
    for (const word of plain(search).split(/\s+/).filter(Boolean)) {
      // Texts are few beside rows: each is looked at once.
      const hits = columns.map(({ values, texts }) => ({
        values,
        fits: Uint8Array.from(texts, (text) => (plain(text).includes(word) ? 1 : 0)),
      }));
      yield (row) => hits.some(({ values, fits }) => fits[values[row]] === 1);
    }
  }

  /** The values that rows of the chosen week have. */
  private choices(query: TableQuery): Record<string, string[]> {
    const week = this.textColumn('menu_week');
    const chosen = week?.texts.indexOf(query.filters['menu_week'] ?? '') ?? -1;
    return Object.fromEntries(
      FILTERS.flatMap((name) => {
        const column = this.textColumn(name);
        if (!column) return [];
        const ofWeek = (row: number) => chosen < 0 || column === week || week?.values[row] === chosen;
        const seen = new Uint8Array(column.texts.length);
        for (const row of this.rows) if (ofWeek(row)) seen[column.values[row]] = 1;
        return [[name, column.texts.filter((text, at) => seen[at] === 1 && text !== '').sort()]];
      }),
    );
  }

  /** The rows in the order asked for, which is kept for the next keystroke. */
  private order({ sort, order }: TableQuery): Uint32Array {
    const column = this.columns.find(({ name }) => name === sort);
    if (!column) return this.rows;
    const key = `${order} ${column.name}`;
    const sorted = this.orders.get(key) ?? sortRows(this.rows, column, order);
    this.orders.set(key, sorted);
    return sorted;
  }

  private textColumn(name: string): TextColumn | undefined {
    return this.columns.find((column): column is TextColumn => !column.numeric && column.name === name);
  }
}

/** Ties stay in the order of the file. One number a row holds both its key and its place: those sort fast. */
function sortRows(rows: Uint32Array, column: Column, order: TableQuery['order']): Uint32Array {
  const rank = rankOf(column);
  const signed = (row: number) => {
    const value = rank(row);
    return Number.isNaN(value) ? LAST : order === 'up' ? value : order === 'down' ? -value : -Math.abs(value);
  };
  const keys = Float64Array.from(rows, (row, at) => signed(row) * rows.length + at);
  keys.sort();
  return Uint32Array.from(keys, (key) => rows[((key % rows.length) + rows.length) % rows.length]);
}

/** Beyond every rank, and still exact when multiplied by millions of rows. */
const LAST = 1e9;

function rankOf(column: Column): (row: number) => number {
  // Published numbers have at most two decimals that matter to an order.
  if (column.numeric) return (row) => Math.round(column.values[row] * 100);
  const { values, texts } = column;
  const collator = new Intl.Collator('en', { numeric: true });
  const places = texts.map((_, at) => at).sort((a, b) => collator.compare(texts[a], texts[b]));
  const ranks = new Float64Array(texts.length);
  places.forEach((at, rank) => (ranks[at] = texts[at] === '' ? NaN : rank));
  return (row) => ranks[values[row]];
}

function cellOf(column: Column, row: number): string | number | null {
  if (!column.numeric) return column.texts[column.values[row]] || null;
  const value = column.values[row];
  return Number.isNaN(value) ? null : Number(value.toFixed(4));
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
