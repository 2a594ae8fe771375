/** Searching, filtering and sorting the rows of a published table, a page at a time. */
import { FILTERS, ITEM_IDS, ITEM_NAMES } from '../../../shared/report/columns.ts';
import type { Column, Columns, TextColumn } from './csv.ts';
import type { TablePageDto } from '../dto.ts';
import { partialSort } from './partial-sort.ts';

export interface TableQuery {
  /** By column name, the one value that rows must have; '' is any. */
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

/** A thing's id and its name. */
const SEARCHED = [...ITEM_IDS, ...ITEM_NAMES];

/** Rows of a file, all or some, that can be asked for. */
export class PublishedTable {
  private readonly columns: readonly Column[];
  private readonly items: Items;
  private readonly choicesOf = new Map<string, TablePageDto['choices']>();

  /** @param rows those of the file that belong to it, in its order */
  constructor(
    columns: readonly Column[],
    private readonly rows: Uint32Array,
  ) {
    this.columns = columns.filter((column) => !isEmpty(column, rows));
    this.items = new Items(SEARCHED.flatMap((name) => this.textColumn(name) ?? []));
  }

  static of({ rows, columns }: Columns): PublishedTable {
    return new PublishedTable(
      columns,
      Uint32Array.from({ length: rows }, (_, row) => row),
    );
  }

  page(query: TableQuery): TablePageDto {
    const { keys, matching } = this.keysOfMatching(query);
    const last = Math.min(matching, query.from + query.count);
    partialSort(keys.subarray(0, matching), last);
    const found = Array.from(keys.subarray(query.from, last), (key) => this.rows[placeIn(key, this.rows.length)]);
    return {
      isThere: true,
      columns: this.columns.map(({ name, numeric }) => ({ name, numeric })),
      total: this.rows.length,
      matching,
      from: query.from,
      rows: found.map((row) => this.columns.map((column) => cellOf(column, row))),
      choices: this.choices(query.filters['menu_week'] ?? ''),
    };
  }

  /** One number for each row that fits: what it is sorted by and, so that ties keep their order, its place. */
  private keysOfMatching(query: TableQuery): { keys: Float64Array; matching: number } {
    const { rows, items } = this;
    const fits = items.fitting(query.search);
    const filters = Object.entries(query.filters).flatMap(([name, wanted]) => {
      const column = wanted === '' ? undefined : this.textColumn(name);
      return column ? [{ values: column.values, index: column.texts.indexOf(wanted) }] : [];
    });
    const column = this.columns.find(({ name }) => name === query.sort);
    const rank = column ? rankOf(column, query.order) : () => 0;
    const keys = new Float64Array(rows.length);
    let matching = 0;
    next: for (let place = 0; place < rows.length; place++) {
      const row = rows[place];
      if (fits && fits[items.of[row]] === 0) continue;
      for (const { values, index } of filters) if (values[row] !== index) continue next;
      keys[matching++] = rank(row) * rows.length + place;
    }
    return { keys, matching };
  }

  /** The values to filter by: weeks, and what the rows of the chosen week have. */
  private choices(week: string): TablePageDto['choices'] {
    const known = this.choicesOf.get(week);
    if (known) return known;
    const weeks = this.textColumn('menu_week');
    const chosen = weeks && week !== '' ? weeks.texts.indexOf(week) : -1;
    const choices: Record<string, string[]> = {};
    for (const column of FILTERS.flatMap((name) => this.textColumn(name) ?? [])) {
      const all = chosen < 0 || column === weeks;
      const seen = new Uint8Array(column.texts.length);
      for (const row of this.rows) if (all || weeks?.values[row] === chosen) seen[column.values[row]] = 1;
      choices[column.name] = column.texts.filter((text, at) => seen[at] === 1 && text !== '').sort();
    }
    this.choicesOf.set(week, choices);
    return choices;
  }

  private textColumn(name: string): TextColumn | undefined {
    return this.columns.find((column): column is TextColumn => !column.numeric && column.name === name);
  }
}

/** What rows are about: few beside the rows, so that each search looks at every one of them but once. */
class Items {
  /** By row of the file, its item. */
  readonly of: Uint32Array;
  private readonly texts: readonly string[];

  constructor(columns: readonly TextColumn[]) {
    const rows = columns.at(0)?.values.length ?? 0;
    this.of = new Uint32Array(rows);
    let texts = [''];
    for (const { values, texts: more } of columns) {
      const index = new Map<number, number>();
      const joined: string[] = [];
      for (let row = 0; row < rows; row++) {
        const pair = this.of[row] * more.length + values[row];
        let item = index.get(pair);
        if (item === undefined) {
          item = joined.push(`${texts[this.of[row]]}\n${plain(more[values[row]])}`) - 1;
          index.set(pair, item);
        }
        this.of[row] = item;
      }
      texts = joined;
    }
    this.texts = texts;
  }

  /** By item, 1 where it has every word; undefined where there is no word. */
  fitting(search: string): Uint8Array | undefined {
    const words = plain(search).split(/\s+/).filter(Boolean);
    if (words.length === 0) return undefined;
    return Uint8Array.from(this.texts, (text) => (words.every((word) => text.includes(word)) ? 1 : 0));
  }
}

/** After every other rank, and still exact when multiplied by millions of rows. */
const LAST = 1e9;

function rankOf(column: Column, order: TableQuery['order']): (row: number) => number {
  const sign = order === 'up' ? 1 : -1;
  if (column.numeric) {
    const { values } = column;
    return (row) => {
      // Published numbers have at most two decimals that matter to an order.
      const value = Math.round(values[row] * 100);
      return value !== value ? LAST : order === 'size' && value < 0 ? value : sign * value;
    };
  }
  const { values, texts } = column;
  const collator = new Intl.Collator('en', { numeric: true });
  const places = texts.map((_, at) => at).sort((a, b) => collator.compare(texts[a], texts[b]));
  const ranks = new Float64Array(texts.length);
  places.forEach((at, rank) => (ranks[at] = texts[at] === '' ? LAST : sign * rank));
  return (row) => ranks[values[row]];
}

function placeIn(key: number, rows: number): number {
  return ((key % rows) + rows) % rows;
}

function isEmpty(column: Column, rows: Uint32Array): boolean {
  return column.numeric
    ? rows.every((row) => Number.isNaN(column.values[row]))
    : column.texts.every((text) => text === '');
}

function cellOf(column: Column, row: number): string | number | null {
  if (!column.numeric) return column.texts[column.values[row]] || null;
  const value = column.values[row];
  return Number.isNaN(value) ? null : Number(value.toFixed(4));
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
