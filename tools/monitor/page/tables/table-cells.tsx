/** What the cells of the published tables look like. */
import { day, number, words } from '../parts/format.ts';
import { ITEM_IDS, ITEM_NAMES } from '../../../../shared/report/columns.ts';

export type Cells = (name: string) => string | number | null;

/** The name, its number below, and on a phone where and when. */
export function ItemCell({ cell }: { readonly cell: Cells }) {
  const id = firstOf(cell, ITEM_IDS);
  const name = firstOf(cell, ITEM_NAMES) ?? id;
  const [unit, portions] = [cell('unit'), cell('portions')];
  // A year more or less is clear from the page.
  const place = [String(cell('menu_week') ?? '').slice(5), cell('factory'), day(String(cell('delivery_date') ?? ''))];
  const flags = String(cell('flag') ?? '')
    .split('|')
    .filter(Boolean);
  return (
    <th scope="row" class="item">
      <span class="item-name">{name}</span>
      <span class="item-id">
        {id}
        {unit !== null && `, ${unit}`}
        {portions !== null && `, ${portions} portions`}
      </span>
      {flags.map((flag) => (
        <span key={flag} class="flag">
          {words(flag)}
        </span>
      ))}
      <span class="item-place">{place.filter(Boolean).join(' · ')}</span>
    </th>
  );
}

function firstOf(cell: Cells, names: readonly string[]) {
  return names.map(cell).find((value) => value !== null) ?? null;
}

/** From P10 to P90, with a line at P50, and a dot where it stood before. */
export function QuantityBar({ cell, scale }: { readonly cell: Cells; readonly scale: number }) {
  const [low, mid, high] = ['p10', 'p50', 'p90'].map((name) => Number(cell(name) ?? 0));
  const before = cell('previous_p50');
  const at = (value: number) => `${(100 * value) / scale}%`;
  return (
    <div class="quantity">
      <span class="unseen">
        P10 {number(low)}, P50 {number(mid)}, P90 {number(high)}
      </span>
      <span class="track" aria-hidden="true">
        <span class="range" style={{ left: at(low), width: at(Math.max(0, high - low)) }} />
        <span class="middle" style={{ left: at(mid) }} />
        {before !== null && <span class="before" style={{ left: at(Number(before)) }} />}
      </span>
      <span class="ends" aria-hidden="true">
        {number(low)} – {number(high)}
      </span>
    </div>
  );
}

/** From the middle, to the left for less, to the right for more. */
export function ChangeBar({ delta, scale }: { readonly delta: number; readonly scale: number }) {
  const width = (50 * Math.abs(delta)) / scale;
  return (
    <span class="track" aria-hidden="true">
      <span
        class={delta < 0 ? 'less' : 'more'}
        style={{ left: `${delta < 0 ? 50 - width : 50}%`, width: `${width}%` }}
      />
      <span class="zero" />
    </span>
  );
}
