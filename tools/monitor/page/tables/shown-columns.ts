/** Which columns of a published table stand on the page, and how: what the catalogue of columns says of them. */
import {
  columnOf,
  ITEM_IDS,
  ITEM_NAMES,
  PAGE_VIEWS,
  type Column,
  type PageView,
} from '../../../../shared/report/columns.ts';
import { number, percent, signed } from '../parts/format.ts';

export type ShownColumn = Bar | CellColumn;

/** A drawing of other columns' values. */
type Bar =
  { readonly kind: 'quantityBar'; readonly name: 'bar' } | { readonly kind: 'changeBar'; readonly name: 'bar' };

interface CellColumn {
  readonly kind: 'item' | 'text' | 'date' | 'number';
  readonly name: string;
  /** The column to sort by. */
  readonly sort: string;
  /** Sorts by size first, whatever the sign. */
  readonly bySize: boolean;
  readonly class: string;
  readonly words: (value: number) => string;
}

/**
 * What a row is about, and then the columns of the view that the table has.
 *
 * @param present the names of the table's columns
 */
export function shownColumns(view: keyof typeof PAGE_VIEWS, present: readonly string[]): ShownColumn[] {
  const { columns, ...emphasis }: PageView = PAGE_VIEWS[view];
  const item = ITEM_IDS.find((name) => present.includes(name));
  const sort = ITEM_NAMES.find((name) => present.includes(name)) ?? item;
  const bar: Bar = { kind: view === 'changes' ? 'changeBar' : 'quantityBar', name: 'bar' };
  const others = columns.filter((name) => name === 'bar' || present.includes(name));
  return [
    ...(item && sort ? [{ ...cellColumn(item, emphasis), kind: 'item' as const, sort, class: '' }] : []),
    ...others.map((name) => (name === 'bar' ? bar : cellColumn(name, emphasis))),
  ];
}

/** What a column is called on the page. */
export function headingOf(name: string): string {
  return columnOf(name)?.page ?? name;
}

function cellColumn(name: string, { strong, faint }: Omit<PageView, 'columns'>): CellColumn {
  const { type, format, unit }: Partial<Column> = columnOf(name) ?? {};
  const isFaint = faint.some((one) => one === name);
  return {
    kind: type === 'date' ? 'date' : type === 'integer' || type === 'decimal' ? 'number' : 'text',
    name,
    sort: name,
    bySize: format === 'signed' || format === 'signedPercent',
    class: name === strong ? 'strong' : isFaint ? 'wide faint' : 'wide',
    words: (value) => {
      switch (format) {
        case 'signed':
          return signed(value);
        case 'signedPercent':
          return `${signed(Math.round(unit === 'percent' ? value : 100 * value))}%`;
        case 'percent':
          return percent(unit === 'percent' ? value / 100 : value, 1);
        default:
          return number(value);
      }
    },
  };
}
