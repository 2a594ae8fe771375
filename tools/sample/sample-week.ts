/** What the sample data is made of, before it is written as rows. */
import type { DeliveryDate, MenuWeek } from '../../shared/domain/model.ts';

/** A recipe of the cookbook. */
export interface SampleRecipe {
  readonly id: string;
  readonly name: string;
}

/** A factory with what it carries and how much. */
export interface SampleFactory {
  readonly id: string;
  readonly name: string;
  readonly fill: 'exact' | 'at_most';
  /** Of the recipes it carries, as a share of all; 1 for the catch-all. */
  readonly carries: number;
  /** Of a day's boxes; the catch-all has no cap. */
  readonly capShare: number | undefined;
}

/** A menu week. */
export interface SampleWeek {
  readonly week: MenuWeek;
  readonly boxes: number;
  readonly dates: readonly DeliveryDate[];
  readonly menu: readonly { readonly recipe: SampleRecipe; readonly uptake: number }[];
}

/** A kind of box, and its share of all. */
export interface MixCell {
  readonly recipesPerBox: number;
  readonly portions: number;
  readonly share: number;
}
