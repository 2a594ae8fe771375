/** Every factory's days against their caps. */
import { useState } from 'preact/hooks';
import type { AlertDto, FactoryDayDto, ForecastDto } from '../../dto.ts';
import type { Asked } from '../parts/data.ts';
import { FactoryChart } from './factory-chart.tsx';
import { Fact } from '../parts/fact.tsx';
import { HeadCells } from '../parts/head-cells.tsx';
import { day, number, percent } from '../parts/format.ts';
import { navigate, runPath, type Route } from '../parts/router.tsx';

interface Props {
  readonly runId: string;
  readonly asked: Asked<ForecastDto>;
  readonly route: Route;
}

const MAX_ALERTS_AT_FIRST = 6;

export function Factories({ runId, asked: { data, error }, route }: Props) {
  if (!data) return <p class="loading">{error ?? 'Reading the forecast …'}</p>;
  const week = route.query.get('week') ?? '';
  const ofWeek = (one: { readonly week: string }) => week === '' || one.week === week;
  const days = data.days.filter(ofWeek);
  const alerts = data.alerts.filter(ofWeek);
  const choose = (chosen: string) => {
    const query = new URLSearchParams(route.query);
    if (chosen === '') query.delete('week');
    else query.set('week', chosen);
    navigate(runPath(runId, 'factories', query), 'replace');
  };
  return (
    <section aria-label="Factories">
      <div class="tools">
        <label class="choice">
          Week
          <select value={week} onChange={(event) => choose(event.currentTarget.value)}>
            <option value="">All weeks</option>
            {data.weeks.map((one) => (
              <option key={one.week}>{one.week}</option>
            ))}
          </select>
        </label>
        <p class="legend">
          <span class="key placed" /> placed <span class="key simulated" /> simulated <span class="key cap" /> cap{' '}
          <span class="key over" /> P90 over the cap
        </p>
      </div>
      <Totals data={data} week={week} />
      <Alerts title="Errors" alerts={alerts.filter(({ severity }) => severity === 'error')} />
      {data.factories.map(({ id, name }) => (
        <FactoryChart key={id} id={id} name={name} days={days.filter((one) => one.factory === id)} />
      ))}
      <NumbersTable data={data} days={days} />
      <Alerts title="Warnings" alerts={alerts.filter(({ severity }) => severity === 'warning')} />
    </section>
  );
}

function Totals({ data, week }: { readonly data: ForecastDto; readonly week: string }) {
  const one = data.weeks.find((total) => total.week === week);
  const { boxes, placed, unallocated } = one ?? data;
  if (boxes === null) return <p class="note">{week} failed: it has no numbers.</p>;
  return (
    <dl class="totals">
      <Fact name="Boxes" value={number(boxes)} />
      <Fact
        name="Already placed"
        value={
          <>
            {number(placed ?? 0)} <small>{boxes > 0 ? percent((placed ?? 0) / boxes) : ''}</small>
          </>
        }
      />
      <Fact name="Fit no factory" value={number(unallocated ?? 0)} of={unallocated ? 'bad' : undefined} />
      {!one && (
        <Fact
          name="Moved since the last forecast"
          value={
            <>
              {data.wmapeSite === null ? '–' : percent(data.wmapeSite, 1)}{' '}
              <small>
                {data.wmapeGlobal === null ? 'nothing to compare with' : `${percent(data.wmapeGlobal, 1)} unavoidable`}
              </small>
            </>
          }
        />
      )}
    </dl>
  );
}

function Alerts({ title, alerts }: { readonly title: string; readonly alerts: readonly AlertDto[] }) {
  const [showsAll, setShowsAll] = useState(false);
  if (alerts.length === 0) return null;
  const shown = showsAll ? alerts : alerts.slice(0, MAX_ALERTS_AT_FIRST);
  return (
    <section class="alerts" aria-label={title}>
      <h2>
        {title} <span class="count">{alerts.length}</span>
      </h2>
      <ul>
        {shown.map((alert) => (
          <li key={`${alert.week} ${alert.message}`} class={`alert ${alert.severity}`}>
            <span class="mono">{alert.week}</span> {alert.message}
          </li>
        ))}
      </ul>
      {shown.length < alerts.length && (
        <button type="button" onClick={() => setShowsAll(true)}>
          Show all {alerts.length}
        </button>
      )}
    </section>
  );
}

const COLUMNS = [
  ['Week'],
  ['Factory'],
  ['Day'],
  ['Boxes', 'number'],
  ['Placed', 'number'],
  ['Cap', 'number'],
  ['Used', 'number'],
  ['P90 over cap', 'number'],
] as const;

function NumbersTable({ data, days }: { readonly data: ForecastDto; readonly days: readonly FactoryDayDto[] }) {
  const names = new Map(data.factories.map(({ id, name }) => [id, name]));
  return (
    <details class="numbers">
      <summary>The same as a table</summary>
      <div class="scroll" tabIndex={0} role="region" aria-label="Boxes and caps by factory and day">
        <table class="plain">
          <thead>
            <tr>
              <HeadCells columns={COLUMNS} />
            </tr>
          </thead>
          <tbody>
            {days.map((one) => (
              <tr key={`${one.week} ${one.factory} ${one.date}`}>
                <td>{one.week}</td>
                <td>{names.get(one.factory) ?? one.factory}</td>
                <td>{day(one.date)}</td>
                <td class="number">{number(one.placed + one.simulated)}</td>
                <td class="number">{number(one.placed)}</td>
                <td class="number">{one.cap === null ? 'no cap' : number(one.cap)}</td>
                <td class="number">{one.cap ? percent((one.placed + one.simulated) / one.cap) : ''}</td>
                <td class="number">{one.p90OverCap === null ? '' : number(one.p90OverCap)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
