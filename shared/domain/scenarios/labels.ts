import { InputError } from '../errors.ts';
import type { OrderBasis } from '../targets/order-targets.ts';

/** Indices of 16 bits, of which the last is none. */
const MAX_LABELS = 65_535;

/** What a box is drawn as first: label = cell of the mix × days + day. Parallel arrays, [label]. */
export interface Labels {
  /** Recipes of a box. */
  readonly k: Uint8Array;
  /** Index into `Week.portionSizes`. */
  readonly size: Uint8Array;
  readonly day: Uint8Array;
}

/** @throws InputError when there are too many cells and days */
export function labelsOf({ week, mix }: OrderBasis): Labels {
  const D = week.days.length;
  const count = mix.share.length * D;
  if (count > MAX_LABELS)
    throw new InputError(
      `${week.menuWeek} has ${mix.share.length} kinds of boxes on ${D} delivery days; ` +
        `expected at most ${MAX_LABELS} of both together (one times the other)`,
    );
  const byLabel = (of: (cell: number, day: number) => number) =>
    Uint8Array.from({ length: count }, (_, label) => of(Math.floor(label / D), label % D));
  return { k: byLabel((cell) => mix.k[cell]), size: byLabel((cell) => mix.size[cell]), day: byLabel((_, day) => day) };
}

/** [label], the chance of each cell and day: they are independent. */
export function labelShares(cells: Float64Array, days: Float64Array): Float64Array {
  return Float64Array.from(
    { length: cells.length * days.length },
    (_, label) => cells[Math.floor(label / days.length)] * days[label % days.length],
  );
}
