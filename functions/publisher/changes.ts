/** What changed against the forecast that was published before: `changes.csv` and the top of the mail. */

/** new: not in the last forecast; dropped: no longer in this one. */
export type ChangeCategory = 'changed' | 'new' | 'dropped';

/** A SKU's week, over all its factories and the delivery dates that both forecasts have; packs. */
export interface WeekChange {
  readonly menu_week: string;
  readonly sku: string;
  readonly name: string;
  readonly unit: string;
  readonly category: ChangeCategory;
  /** null for a new one. */
  readonly previous_p50: number | null;
  /** 0 for a dropped one. */
  readonly p50: number;
  readonly delta: number;
  /** delta / previous_p50, in percent; null for a new one. */
  readonly delta_pct: number | null;
}

/** A row of `changes.csv`: one thing at one factory on one delivery date. */
export interface ChangeRow {
  readonly menu_week: string;
  readonly factory: string;
  readonly delivery_date: string;
  readonly kind: 'ingredient' | 'product' | 'recipe';
  readonly id: string;
  readonly name: string;
  /** Of an ingredient; else empty. */
  readonly unit: string;
  /** Of a recipe; else null. */
  readonly portions: number | null;
  readonly category: ChangeCategory;
  readonly previous_p50: number | null;
  readonly p50: number;
  readonly delta: number;
  /** Percent. */
  readonly delta_pct: number | null;
}
