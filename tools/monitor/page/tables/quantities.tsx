/** The published quantities: ingredients, products, recipes. */
import type { TableName } from '../../dto.ts';
import { DataTable, type TableState } from './data-table.tsx';
import { signed } from '../parts/format.ts';
import { navigate, runPath, type Route } from '../parts/router.tsx';
import type { Shown } from './table-cells.tsx';

const KINDS: readonly (readonly [TableName, string])[] = [
  ['ingredients', 'Ingredients'],
  ['products', 'Products'],
  ['recipes', 'Recipes'],
];

interface Props {
  readonly runId: string;
  readonly revision: number;
  readonly route: Route;
}

export function Quantities({ runId, revision, route }: Props) {
  const [table, title] = KINDS.find(([name]) => name === route.query.get('of')) ?? KINDS[0];
  const set = (changes: Readonly<Record<string, string | number>>) => changeQuery(runId, route, changes);
  return (
    <DataTable
      {...{ runId, revision, table, title }}
      state={tableState(route, 'p50', 'down')}
      onState={set}
      shown={quantityColumns}
      legend={
        <p class="legend">
          <span class="key range-key" /> P10 to P90 <span class="key middle-key" /> P50{' '}
          <span class="key before-key" /> P50 before
        </p>
      }
      nothing={<p class="empty">This revision has no {title.toLowerCase()}.</p>}
      before={
        <label class="choice">
          Of
          <select value={table} onChange={(event) => set({ of: event.currentTarget.value, from: 0 })}>
            {KINDS.map(([name, word]) => (
              <option key={name} value={name}>
                {word}
              </option>
            ))}
          </select>
        </label>
      }
    />
  );
}

function quantityColumns(columns: readonly string[]): Shown[] {
  const item = ['sku', 'product_id', 'recipe_id'].find((name) => columns.includes(name)) ?? 'sku';
  const name = ['name', 'product_name', 'recipe_name'].find((one) => columns.includes(one)) ?? item;
  const number = (column: string, more: Partial<Shown> = {}): Shown => ({
    name: column,
    kind: 'number',
    ...more,
  });
  const all: Shown[] = [
    { name: item, kind: 'item', sort: name },
    { name: 'menu_week', kind: 'text', class: 'wide' },
    { name: 'factory', kind: 'text', class: 'wide' },
    { name: 'delivery_date', kind: 'text', class: 'wide' },
    number('p10', { class: 'wide faint' }),
    number('p50', { class: 'strong' }),
    number('p90', { class: 'wide faint' }),
    { name: 'bar', kind: 'bar' },
    number('placed_qty', { class: 'wide' }),
    number('delta', { class: 'wide', bySize: true, words: signed }),
  ];
  return all.filter(({ name: column, kind }) => kind === 'bar' || columns.includes(column));
}

/** What the address says of the table. */
export function tableState({ query }: Route, sort: string, order: TableState['order']): TableState {
  const given = query.get('order');
  const text = (name: string) => query.get(name) ?? '';
  return {
    search: text('search'),
    kind: text('kind'),
    category: text('category'),
    week: text('week'),
    factory: text('factory'),
    date: text('date'),
    sort: query.get('sort') ?? sort,
    order: given === 'up' || given === 'down' || given === 'size' ? given : order,
    from: Math.max(0, Math.trunc(Number(query.get('from') ?? 0)) || 0),
  };
}

export function changeQuery(
  runId: string,
  route: Route,
  changes: Readonly<Record<string, string | number | undefined>>,
): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '' || value === 0) query.delete(name);
    else query.set(name, String(value));
  }
  navigate(runPath(runId, route.tab, query), 'replace');
}
