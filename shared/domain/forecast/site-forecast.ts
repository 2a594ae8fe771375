/** The Site Specific Forecast of one week: what it says, and where every box went. */
import type { DeliveryDate, Factory, MenuWeek, Product, Recipe, SkuInfo } from '../model.ts';
import type { Intervals } from '../scenarios/quantiles.ts';

/** Counts of one kind of box, placed or simulated; whole boxes, units and packs. */
export interface SiteCounts {
  /** [day × F + factory] boxes. */
  readonly boxes: Int32Array;
  /** [day] boxes that no factory could take. */
  readonly unallocated: Int32Array;
  /** [((day × F + factory) × R + recipe) × P + size] boxes that hold the recipe. */
  readonly recipeBoxes: Int32Array;
  /** [(day × F + factory) × products + product] units. */
  readonly productUnits: Int32Array;
  /** [(day × F + factory) × skus + sku] packs. */
  readonly packs: Int32Array;
}

/** How one delivery day was routed. */
export interface DayRouting {
  /** Σ over recipes and factories |now − before|, boxes. */
  readonly objective: number;
  /** The best bound proved, see `DayPlan`. */
  readonly lowerBound: number;
  readonly optimal: boolean;
  /** Recipes in boxes, a recipe counted once a box. */
  readonly items: number;
  /** Σ over recipes |now − before|, factories apart; undefined without an earlier forecast. */
  readonly globalChange?: number;
  /** Exact caps that could not be filled, and by how many boxes. */
  readonly shortfalls: readonly { readonly factory: number; readonly missing: number }[];
}

export interface SiteForecast {
  readonly menuWeek: MenuWeek;
  readonly days: readonly DeliveryDate[];
  readonly factories: readonly Factory[];
  /** Index into `factories`. */
  readonly catchAll: number;
  /** [day × F + factory] boxes; 0 closed, Infinity no cap. */
  readonly caps: Float64Array;
  readonly portionSizes: readonly number[];
  /** [recipe] the factories that carry it, as bits. */
  readonly carriedBy: Uint32Array;
  readonly recipes: readonly Recipe[];
  readonly products: readonly Product[];
  readonly skus: readonly SkuInfo[];
  readonly expectedBoxes: number;
  /** [recipe × P + size] 1: no bill of materials, so its packs are missing from every count. */
  readonly withoutBill: Uint8Array;
  readonly placed: SiteCounts;
  readonly simulated: SiteCounts;
  readonly routing: readonly DayRouting[];
  /** P10, P50, P90 and mean of the scenario totals; the central scenario lies inside. */
  readonly intervals: Intervals;
  /** [box, placed ones first] factory index or `UNALLOCATED`: where the next forecast starts from. */
  readonly factoryOfBox: Uint8Array;
}
