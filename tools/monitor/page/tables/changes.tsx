/** What is another than in the last forecast, the largest first. */
import type { ForecastDto } from '../../dto.ts';
import { DataTable } from './data-table.tsx';
import { percent } from '../parts/format.ts';
import { changeQuery, tableState } from './quantities.tsx';
import { Link, runPath, type Route } from '../parts/router.tsx';
import { PAGE_VIEWS } from '../../../../shared/report/columns.ts';

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
          {forecast.wmapeSite !== null && `${percent(forecast.wmapeSite, 1)} of the recipes per factory and day moved`}
          {forecast.wmapeGlobal !== null && `; ${percent(forecast.wmapeGlobal, 1)} no plan could avoid`}
          {forecast.wmapeSite !== null && '.'}
        </p>
      )}
      <DataTable
        {...{ runId, revision }}
        table="changes"
        title="Changes"
        state={tableState(route, PAGE_VIEWS.changes.strong, 'size')}
        onState={(changes) => changeQuery(runId, route, changes)}
        view="changes"
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
