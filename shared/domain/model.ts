/**
 * The words of the forecast: ids, the typed week and the columns of boxes that every other part of
 * the domain speaks in. Many of a thing are typed arrays (structure of arrays), never an object each.
 */

type Brand<T, Name extends string> = T & { readonly __brand: Name };

/** An ISO week, `YYYY-Www`. */
export type MenuWeek = Brand<string, 'MenuWeek'>;
/** A calendar date, `YYYY-MM-DD`. */
export type DeliveryDate = Brand<string, 'DeliveryDate'>;
export type FactoryId = Brand<string, 'FactoryId'>;
export type RecipeId = Brand<string, 'RecipeId'>;
export type SkuId = Brand<string, 'SkuId'>;
export type ProductId = Brand<string, 'ProductId'>;

/** `exact`: the cap is filled exactly when enough eligible boxes exist. `at_most`: a ceiling. */
export type Fill = 'exact' | 'at_most';

export interface Factory {
  readonly id: FactoryId;
  readonly name: string;
  readonly fill: Fill;
}

export interface Recipe {
  readonly id: RecipeId;
  readonly name: string;
}

export interface SkuInfo {
  readonly id: SkuId;
  readonly name: string;
  readonly unit: string;
  readonly category?: string;
  readonly shelfLifeDays?: number;
}

export interface Product {
  readonly id: ProductId;
  readonly name: string;
  /** Expected units a box; 0 for a product that only placed orders hold. */
  readonly perBox: number;
  /** Factories that hold it, one bit each (bit f = factory index f). */
  readonly factoryMask: number;
}

/**
 * A column store of boxes (one order = one box), n = `count`.
 *
 * `recipe[recipeStart[i] .. recipeStart[i + 1]]` are the recipe indices of box i; a recipe that a
 * placed box holds twice stands there twice. `product` likewise, with `units` beside it.
 * `day` indexes `Week.days`, `size` indexes `Week.portionSizes`.
 */
export interface Boxes {
  readonly count: number;
  readonly day: Uint8Array;
  readonly size: Uint8Array;
  readonly recipeStart: Uint32Array;
  readonly recipe: Uint16Array;
  readonly productStart: Uint32Array;
  readonly product: Uint16Array;
  readonly units: Uint8Array;
}

/** The bills of materials, compressed rows: row = recipe × portionSizes.length + size. */
export interface BillOfMaterials {
  readonly start: Uint32Array;
  /** Index into `Week.skus`. */
  readonly sku: Uint16Array;
  /** Whole packs for one box. */
  readonly packs: Uint16Array;
}

/** Everything the forecast of one menu week needs, validated and normalised. */
export interface Week {
  readonly menuWeek: MenuWeek;
  /** Expected boxes of the week, whole, after any volume multiplier. */
  readonly boxes: number;
  /** Relative standard deviation of `boxes`; undefined: the default for the horizon. */
  readonly boxesSd?: number;
  /** How many weeks ahead of the run's first week this one is: 0, 1, 2 … */
  readonly horizonWeeks: number;
  readonly days: readonly DeliveryDate[];
  /** [day], sums to 1. */
  readonly dayShare: Float64Array;
  /** Portion sizes that occur in the mix or in placed orders, ascending (2, 4, 8). */
  readonly portionSizes: readonly number[];
  /** The joint distribution of box sizes: parallel arrays, share sums to 1. */
  readonly mix: {
    readonly recipesPerBox: Uint8Array;
    /** Index into `portionSizes`. */
    readonly size: Uint8Array;
    readonly share: Float64Array;
  };
  /** At most 65,535. The week's menu, plus recipes that only placed orders hold (uptake 0). */
  readonly recipes: readonly Recipe[];
  /** [recipe], share of all recipe picks, sums to 1. */
  readonly uptake: Float64Array;
  /** [recipe], factories that carry it, one bit each. */
  readonly carriedBy: Uint32Array;
  /** At most 32. */
  readonly factories: readonly Factory[];
  /** Index into `factories`. */
  readonly catchAll: number;
  /** [day × factories.length + factory], boxes; 0 closed, Infinity no cap. */
  readonly caps: Float64Array;
  readonly skus: readonly SkuInfo[];
  readonly billOfMaterials: BillOfMaterials;
  readonly products: readonly Product[];
  /** Orders already placed, kept as they are. */
  readonly placed: Boxes;
}

/** Limits a run puts on what the simulator may draw; each optional. */
export interface SimulatorConstraints {
  /** No recipe's share of picks may exceed this; the excess is spread over the others. */
  readonly maxRecipeShare?: number | undefined;
  readonly minRecipesPerBox?: number | undefined;
  readonly maxRecipesPerBox?: number | undefined;
  /** Units of products a box, at most; never above 10. */
  readonly maxProductsPerBox?: number | undefined;
}
