import { apportion } from '../targets/apportion.ts';

/**
 * How many boxes of every group (row) each place still takes. Places are the factories, and one more for
 * boxes that find no room.
 */
export class Quotas {
  /** [row × places + place] */
  readonly left: Int32Array;
  /** [row], the place whose turn it is. */
  readonly turn: Int32Array;

  /** @param sizes [row], boxes */
  constructor(
    private readonly sizes: Int32Array,
    readonly places: number,
  ) {
    this.left = new Int32Array(sizes.length * places);
    this.turn = new Int32Array(sizes.length);
  }

  /**
   * Deals places out to the rows `first`, `first` + `step` …, to each in proportion: so no factory gets the
   * small boxes of a class and another the large ones.
   *
   * @param places [place], boxes to deal, no fewer than the rows have; reduced
   */
  deal(places: Int32Array, first: number, step: number): void {
    for (let row = first; row < this.sizes.length; row += step) {
      if (this.sizes[row] === 0) continue;
      const start = row * this.places;
      const only = onlyPositive(places);
      if (only >= 0) this.left[start + only] = this.sizes[row];
      else this.left.set(apportion(places, this.sizes[row]), start);
      for (let place = 0; place < this.places; place++) places[place] -= this.left[start + place];
      this.advance(row);
    }
  }

  /** The place of the row's next box: all of the first, then of the next. */
  take(row: number): number {
    const place = this.turn[row];
    if (--this.left[row * this.places + place] === 0) this.advance(row);
    return place;
  }

  /** Gives the turn to the row's next place that takes any. */
  private advance(row: number): void {
    const start = row * this.places;
    let place = this.turn[row];
    while (place < this.places && this.left[start + place] === 0) place++;
    this.turn[row] = place;
  }
}

/** The index of the one positive number; −1 when there are several. */
function onlyPositive(values: Int32Array): number {
  let only = -1;
  for (let i = 0; i < values.length; i++) {
    if (values[i] === 0) continue;
    if (only >= 0) return -1;
    only = i;
  }
  return only;
}
