import { fillRandom } from './kernel/kernel.ts';
import type { RandomKey, Stream } from './random.ts';

/** Random blocks made at once. */
const BLOCKS = 256;
/** Looked up once: in a sandbox, such as a test's, globals cost more than what they do. */
const { floor } = Math;

/** One random word after another, for searches that use as many as they come to need. */
export class RandomWords {
  private readonly words = new Uint32Array(4 * BLOCKS);
  private at = 4 * BLOCKS;
  private nextBlock = 0;

  /** @param draw sequences of one key, stream and scenario that differ in this are independent */
  constructor(
    private readonly key: RandomKey,
    private readonly stream: Stream,
    private readonly scenario: number,
    private readonly draw: number,
  ) {}

  /** A word, 0 … 2^32 − 1. */
  next(): number {
    if (this.at === 4 * BLOCKS) this.refill();
    return this.words[this.at++];
  }

  /** A whole number in 0 … `below` − 1; the bias is at most `below` / 2^32. */
  below(below: number): number {
    return floor((this.next() * below) / 4294967296);
  }

  private refill(): void {
    fillRandom(this.words, 0, this.key, this.nextBlock, BLOCKS, this.draw, this.stream, this.scenario);
    this.nextBlock += BLOCKS;
    this.at = 0;
  }
}
