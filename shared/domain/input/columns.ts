/** Columns of a table that may grow to millions of rows. */

type NumberArray = Uint8Array | Uint16Array | Uint32Array;

/** Numbers one after another, in memory that grows by half of what there is. */
export class NumberColumn {
  length = 0;
  private values: NumberArray;

  constructor(private readonly type: new (length: number) => NumberArray) {
    this.values = new type(1024);
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new this.type(Math.ceil(1.5 * this.length));
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }

  at(i: number): number {
    return this.values[i];
  }
}

/** Each text once, numbered in order of appearance. */
export class DistinctTexts<T extends string = string> {
  private readonly texts: T[] = [];
  private readonly indices = new Map<T, number>();

  indexOf(text: T): number {
    const known = this.indices.get(text);
    if (known !== undefined) return known;
    this.indices.set(text, this.texts.push(text) - 1);
    return this.texts.length - 1;
  }

  get length(): number {
    return this.texts.length;
  }

  at(index: number): T {
    return this.texts[index];
  }
}
