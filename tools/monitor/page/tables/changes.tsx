/** What is another than in the last forecast, the largest first. */
import type { ForecastDto } from '../../dto.ts';
import { DataTable } from './data-table.tsx';
import { percent, signed } from '../parts/format.ts';
import { changeQuery, tableState } from './quantities.tsx';
import { Link, runPath, type Route } from '../parts/router.tsx';
import type { Shown } from './table-cells.tsx';

interface Props {
  readonly runId: string;
  readonly revision: number;
  readonly route: Route;
  readonly forecast: ForecastDto | undefined;
}

export function Changes({ runId, revision, route, forecast }: Props) {
  const before = forecast?.comparedWith;
  return (
    <>
      {forecast && (before ?? forecast.wmapeSite) !== null && (
        <p class="note compared">
          {before && (
            <>
              Compared with <Link to={runPath(before.runId, 'quantities')}>{before.runId}</Link>, revision{' '}
              {before.revision}.{' '}
            </>
          )}
          {forecast.wmapeSite !== null &&
            `${percent(forecast.wmapeSite, 1)} of the recipes per factory and day moved`}
          {forecast.wmapeGlobal !== null && `; ${percent(forecast.wmapeGlobal, 1)} no plan could avoid`}
          {forecast.wmapeSite !== null && '.'}
        </p>
      )}
      <DataTable
        {...{ runId, revision }}
        table="changes"
        title="Changes"
        state={tableState(route, 'delta', 'size')}
        onState={(changes) => changeQuery(runId, route, changes)}
        shown={changeColumns}
        nothing={before ? <NothingChanged /> : <NothingBefore />}
      />
    </>
  );
}

const NothingChanged = () => (
  <div class="empty">
    <h2>Nothing changed</h2>
    <p>Every quantity is as it was in that forecast, or its delivery days are others.</p>
  </div>
);

const NothingBefore = () => (
  <div class="empty">
    <h2>Nothing to compare with</h2>
    <p>There is no earlier forecast of these weeks, or this revision does not say what changed.</p>
  </div>
);

const ITEMS = ['sku', 'product_id', 'recipe_id', 'id'];
const NAMES = ['name', 'product_name', 'recipe_name'];

/** What both forms of changes have: `changes.csv`, and the ingredients with their columns on the last forecast. */
function changeColumns(columns: readonly string[]): Shown[] {
  const sort = NAMES.find((name) => columns.includes(name));
  const item = ITEMS.find((name) => columns.includes(name)) ?? 'id';
  const text = (name: string): Shown => ({ name, kind: 'text', class: 'wide' });
  const number = (name: string, more: Partial<Shown>): Shown => ({ name, kind: 'number', ...more });
  const all: Shown[] = [
    { name: item, kind: 'item', ...(sort === undefined ? {} : { sort }) },
    text('category'),
    text('menu_week'),
    text('factory'),
    text('delivery_date'),
    number('previous_p50', { class: 'wide' }),
    number('p50', { class: 'wide' }),
    number('delta', { class: 'strong', bySize: true, words: signed }),
    { name: 'bar', kind: 'change' },
    number('delta_pct', { class: 'wide', bySize: true, words: (value) => `${signed(Math.round(value))}%` }),
  ];
  return all.filter(({ name, kind }) => kind === 'change' || columns.includes(name));
}
