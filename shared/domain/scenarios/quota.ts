import { apportion } from '../targets/apportion.ts';

/**
 * How many boxes of every group (row) each place still takes. Places are the factories, and one more for
 * boxes that find no room.
 */
export class Quotas {
  /** [row × places + place] */
  readonly left: Int32Array;
  /** [row], index into `left` of the place whose turn it is. */
  readonly turn: Int32Array;

  /** @param sizes [row], boxes */
  constructor(
    private readonly sizes: Int32Array,
    readonly places: number,
  ) {
    this.left = new Int32Array(sizes.length * places);
    this.turn = Int32Array.from(sizes, (_, row) => row * places);
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
      while (this.left[this.turn[row]] === 0) this.turn[row]++;
    }
  }

  /** The place of the row's next box: all of the first, then of the next. */
  take(row: number): number {
    const at = this.turn[row];
    if (--this.left[at] === 0) this.advance(row);
    return at - row * this.places;
  }

  /** Gives the turn to the row's next place; to be called when the one whose turn it was takes no more. */
  advance(row: number): void {
    const end = (row + 1) * this.places;
    let at = this.turn[row];
    while (at < end && this.left[at] === 0) at++;
    this.turn[row] = at;
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
