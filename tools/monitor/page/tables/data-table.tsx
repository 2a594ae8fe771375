/** A published table, searched, filtered, sorted and paged by the server: a page of rows is all there is here. */
import type { ComponentChildren } from 'preact';
import type { TablePageDto, ShownTable } from '../../dto.ts';
import { useAsked } from '../parts/data.ts';
import { day, number } from '../parts/format.ts';
import { ChangeBar, ItemCell, QuantityBar, type Cells } from './table-cells.tsx';
import type { PAGE_VIEWS } from '../../../../shared/report/columns.ts';
import { headingOf, shownColumns, type ShownColumn } from './shown-columns.ts';

export interface TableState {
  readonly search: string;
  readonly kind: string;
  readonly category: string;
  readonly week: string;
  readonly factory: string;
  readonly date: string;
  readonly sort: string;
  readonly order: 'up' | 'down' | 'size';
  readonly from: number;
}

interface Props {
  readonly runId: string;
  readonly revision: number;
  readonly table: ShownTable;
  readonly title: string;
  readonly state: TableState;
  readonly onState: (change: Partial<TableState>) => void;
  readonly view: keyof typeof PAGE_VIEWS;
  readonly nothing: ComponentChildren;
  readonly before?: ComponentChildren;
  readonly legend?: ComponentChildren;
}

const ROWS = 50;
/** The filters, as the address names them. */
const CHOICES = [
  { name: 'kind', column: 'kind', words: (kind: string) => `${kind}s` },
  { name: 'category', column: 'category', words: String },
  { name: 'week', column: 'menu_week', words: String },
  { name: 'factory', column: 'factory', words: String },
  { name: 'date', column: 'delivery_date', words: day },
] as const;

export function DataTable({ runId, revision, table, title, state, onState, view, nothing, before, legend }: Props) {
  const query = new URLSearchParams({ count: String(ROWS) });
  for (const [name, value] of Object.entries(state)) if (value !== '') query.set(name, String(value));
  const address = `/api/runs/${encodeURIComponent(runId)}/revisions/${revision}/${table}?${query.toString()}`;
  const { data, error } = useAsked<TablePageDto>(address);
  const present = data?.columns.map(({ name }) => name) ?? [];
  const shown = shownColumns(view, present).filter(({ name }) => !isGiven(name, state));
  if (data && (!data.isThere || data.total === 0)) return <>{nothing}</>;
  return (
    <section aria-label={title}>
      <div class="tools">
        {before}
        <label class="choice search">
          Search
          <input
            type="search"
            value={state.search}
            placeholder="name or number"
            onInput={(event) => onState({ search: event.currentTarget.value, from: 0 })}
          />
        </label>
        {CHOICES.map((choice) => (
          <Choice
            key={choice.name}
            {...{ choice, onState }}
            value={state[choice.name]}
            offered={data?.choices[choice.column]}
          />
        ))}
        {legend}
      </div>
      {error !== undefined && !data && <p class="loading">{error}</p>}
      {!data && error === undefined && <p class="loading">Reading {title.toLowerCase()} …</p>}
      {data && (
        <>
          <Rows {...{ state, onState, title }} page={data} shown={shown} />
          <Pager page={data} onState={onState} />
        </>
      )}
    </section>
  );
}

/** Where one value is chosen, its column says nothing more. */
function isGiven(column: string, state: TableState): boolean {
  return CHOICES.some((choice) => choice.column === column && state[choice.name] !== '');
}

/** Nothing is offered where all rows are alike. */
interface ChoiceProps extends Pick<Props, 'onState'> {
  readonly choice: (typeof CHOICES)[number];
  readonly value: string;
  readonly offered: readonly string[] | undefined;
}

function Choice({ choice, value, offered = [], onState }: ChoiceProps) {
  if (offered.length < 2 && value === '') return null;
  const known = value === '' || offered.includes(value) ? offered : [value, ...offered];
  return (
    <label class="choice">
      {headingOf(choice.column)}
      <select
        value={value}
        onChange={(event) => {
          const date = choice.name === 'week' ? { date: '' } : {};
          onState({ ...date, [choice.name]: event.currentTarget.value, from: 0 });
        }}
      >
        <option value="">All</option>
        {known.map((one) => (
          <option key={one} value={one}>
            {choice.words(one)}
          </option>
        ))}
      </select>
    </label>
  );
}

interface RowsProps extends Pick<Props, 'state' | 'onState' | 'title'> {
  readonly page: TablePageDto;
  readonly shown: readonly ShownColumn[];
}

function Rows({ page, state, onState, shown, title }: RowsProps) {
  const places = new Map(page.columns.map(({ name }, at) => [name, at]));
  const records = page.rows.map((row) => (name: string) => row[places.get(name) ?? -1] ?? null);
  const scale = scaleOf(records);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`${title}, rows`}>
      <table class="data">
        <thead>
          <tr>
            {shown.map((column) => (
              <SortableHead key={column.name} column={column} state={state} onState={onState} scale={scale} />
            ))}
          </tr>
        </thead>
        <tbody>
          {records.map((cell, at) => (
            <tr key={at}>
              {shown.map((column) => (
                <Cell key={column.name} column={column} cell={cell} scale={scale} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {records.length === 0 && <p class="none">Nothing fits this search.</p>}
    </div>
  );
}

/** The largest number on the page, of quantities and of changes: what their bars are drawn against. */
interface Scale {
  readonly quantity: number;
  readonly change: number;
}

function scaleOf(records: readonly Cells[]): Scale {
  const largest = (names: readonly string[]) =>
    Math.max(1, ...records.flatMap((cell) => names.map((name) => Math.abs(Number(cell(name) ?? 0)))));
  return { quantity: largest(['p90', 'p50', 'previous_p50']), change: largest(['delta']) };
}

function Cell(props: { readonly column: ShownColumn; readonly cell: Cells; readonly scale: Scale }) {
  const { column, cell, scale } = props;
  const value = cell(column.name);
  switch (column.kind) {
    case 'item':
      return <ItemCell cell={cell} />;
    case 'quantityBar':
      return (
        <td class="bar-cell">
          <QuantityBar cell={cell} scale={scale.quantity} />
        </td>
      );
    case 'changeBar':
      return (
        <td class="bar-cell">
          <ChangeBar delta={Number(cell('delta') ?? 0)} scale={scale.change} />
        </td>
      );
    case 'number':
      return <td class={`number ${column.class}`}>{value === null ? '' : column.words(Number(value))}</td>;
    case 'date':
      return <td class={column.class}>{day(String(value ?? ''))}</td>;
    case 'text':
      return <td class={column.class}>{value}</td>;
  }
}

interface HeadProps extends Pick<Props, 'state' | 'onState'> {
  readonly column: ShownColumn;
  readonly scale: Scale;
}

function SortableHead({ column, state, onState, scale }: HeadProps) {
  if (column.kind === 'quantityBar' || column.kind === 'changeBar') {
    const [what, scaled] =
      column.kind === 'quantityBar'
        ? ['P10 to P90', `of ${number(scale.quantity)}`]
        : ['Less or more', `by up to ${number(scale.change)}`];
    return (
      <th scope="col" class="bar-cell">
        {what} <span class="faint">{scaled}</span>
      </th>
    );
  }
  const { sort } = column;
  const isSorted = state.sort === sort;
  const firstOrder = column.kind === 'number' ? (column.bySize ? 'size' : 'down') : 'up';
  const next = !isSorted ? firstOrder : state.order === 'up' ? 'down' : 'up';
  const direction = state.order === 'up' ? 'ascending' : 'descending';
  return (
    <th
      scope="col"
      class={`${column.kind === 'number' ? 'number' : ''} ${column.class}`}
      aria-sort={isSorted ? direction : undefined}
    >
      <button type="button" class="sort" onClick={() => onState({ sort, order: next, from: 0 })}>
        {headingOf(column.name)}
        <span class={`arrow ${isSorted ? direction : ''}`} aria-hidden="true" />
      </button>
    </th>
  );
}

function Pager({ page, onState }: { readonly page: TablePageDto; readonly onState: Props['onState'] }) {
  const { from, matching, total } = page;
  const last = Math.min(matching, from + ROWS);
  return (
    <div class="pager">
      <p role="status">
        {matching === 0 ? 'No rows' : `${number(from + 1)}–${number(last)} of ${number(matching)} rows`}
        {matching < total && <span class="faint"> (of {number(total)})</span>}
      </p>
      <button type="button" disabled={from === 0} onClick={() => onState({ from: Math.max(0, from - ROWS) })}>
        Previous
      </button>
      <button type="button" disabled={last >= matching} onClick={() => onState({ from: from + ROWS })}>
        Next
      </button>
    </div>
  );
}
