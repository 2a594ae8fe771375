/** The published quantities: ingredients, products, recipes. */
import { DataTable, type TableState } from './data-table.tsx';
import { navigate, runPath, type Route } from '../parts/router.tsx';
import { PAGE_VIEWS, TABLES } from '../../../../shared/report/columns.ts';

const KINDS = (['ingredients', 'products', 'recipes'] as const).map((table) => [table, TABLES[table].title] as const);

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
      state={tableState(route, PAGE_VIEWS.quantities.strong, 'down')}
      onState={set}
      view="quantities"
      legend={
        <p class="legend">
          <span class="key range-key" /> P10 to P90 <span class="key middle-key" /> P50 <span class="key before-key" />{' '}
          P50 before
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
