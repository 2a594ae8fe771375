/** What the cells of the published tables look like. */
import { day, number, words } from '../parts/format.ts';

export type Cells = (name: string) => string | number | null;

export interface Shown {
  readonly name: string;
  readonly kind: 'item' | 'text' | 'number' | 'bar' | 'change';
  /** The column to sort by, where it is another. */
  readonly sort?: string;
  /** Sorts by size first, whatever the sign. */
  readonly bySize?: boolean;
  readonly class?: string;
  readonly words?: (value: number) => string;
}

export const TITLES: Readonly<Record<string, string>> = {
  menu_week: 'Week',
  factory: 'Factory',
  delivery_date: 'Day',
  id: 'What',
  category: 'Which',
  sku: 'Ingredient',
  product_id: 'Product',
  recipe_id: 'Recipe',
  p10: 'P10',
  p50: 'P50',
  p90: 'P90',
  mean: 'Mean',
  placed_qty: 'Placed',
  previous_p50: 'Before',
  delta: 'Change',
  delta_pct: 'In percent',
  flag: 'Flag',
};

/** The name, its number below, and on a phone where and when. */
export function ItemCell({ cell }: { readonly cell: Cells }) {
  const id = cell('sku') ?? cell('product_id') ?? cell('recipe_id') ?? cell('id');
  const name = cell('name') ?? cell('product_name') ?? cell('recipe_name') ?? id;
  const [unit, portions] = [cell('unit'), cell('portions')];
  // A year more or less is clear from the page.
  const place = [
    String(cell('menu_week') ?? '').slice(5),
    cell('factory'),
    day(String(cell('delivery_date') ?? '')),
  ];
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
