/** What is another than in the last forecast, the largest first. */
import type { ForecastDto } from '../dto';
import { DataTable } from './data-table';
import { percent, signed } from './format';
import { changeQuery, tableState } from './quantities';
import type { Route } from './router';
import type { Shown } from './table-cells';

interface Props {
  readonly runId: string;
  readonly revision: number;
  readonly route: Route;
  readonly forecast: ForecastDto | undefined;
}

export function Changes({ runId, revision, route, forecast }: Props) {
  return (
    <>
      {forecast && forecast.wmapeSite !== null && (
        <p class="note">
          {percent(forecast.wmapeSite, 1)} of the recipes per factory and day moved since the last forecast
          {forecast.wmapeGlobal !== null && `; ${percent(forecast.wmapeGlobal, 1)} no plan could avoid`}.
        </p>
      )}
      <DataTable
        {...{ runId, revision }}
        table="changes"
        title="Changes"
        state={tableState(route, 'delta', 'size')}
        onState={(changes) => changeQuery(runId, route, changes)}
        shown={changeColumns}
        nothing={
          <div class="empty">
            <h2>Nothing to compare with</h2>
            <p>There is no earlier forecast of these weeks, or this revision does not say what changed.</p>
          </div>
        }
      />
    </>
  );
}

const HIDDEN = new Set(['run_id', 'revision', 'name', 'product_name', 'recipe_name', 'unit']);
const NUMBERS = /^(p\d\d|previous_.*|delta.*|mean|.*_qty)$/;

/** Whatever columns the file has, those that are known in their form. */
function changeColumns(columns: readonly string[]): Shown[] {
  const name = ['name', 'product_name', 'recipe_name'].find((one) => columns.includes(one));
  return columns
    .filter((column) => !HIDDEN.has(column))
    .map((column): Shown => {
      if (['sku', 'product_id', 'recipe_id', 'item_id'].includes(column))
        return { name: column, kind: 'item', ...(name === undefined ? {} : { sort: name }) };
      if (column === 'delta')
        return { name: column, kind: 'number', bySize: true, words: signed, class: 'strong' };
      if (column === 'delta_pct') return { name: column, kind: 'number', bySize: true, words: signed };
      return { name: column, kind: NUMBERS.test(column) ? 'number' : 'text', class: 'wide' };
    })
    .sort((a, b) => Number(b.kind === 'item') - Number(a.kind === 'item'));
}
