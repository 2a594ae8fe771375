/**
 * Seeded random numbers: the same seed gives the same sequence on every computer. The generator is sfc32, PractRand's
 * small fast counter (https://pracrand.sourceforge.net/RNG_engines.txt), seeded from two words.
 */
export class RandomSource {
  private a: number;
  private b: number;
  private c = 0x9e3779b9;
  private counter = 1;

  /** @param stream one for each purpose: what is drawn from one stream does not move another */
  constructor(seed: number, stream: number) {
    this.a = seed | 0;
    this.b = Math.imul(stream + 1, 0x85ebca6b) | 0;
    for (let discarded = 0; discarded < 12; discarded++) this.word();
  }

  private word(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number {
    return Math.floor((this.word() / 0x1_0000_0000) * end);
  }

  /** A whole number from `first` to `last`. */
  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  chance(probability: number): boolean {
    return this.word() < probability * 0x1_0000_0000;
  }

  /** One of the items, each as likely as the others. */
  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)];
  }
}
