import type { Disturb } from '../../local/stack.ts';
import { RandomSource } from '../random-source.ts';

export interface DisturbanceShares {
  readonly duplicates: number;
  readonly crashes: number;
  readonly seed: number;
}

/** Deliveries handed over twice at once, and calls that die before their work or after it, drawn at random. */
export class Disturbances {
  private readonly random: RandomSource;
  private readonly doubled = new Set<Promise<unknown>>();
  private deliveries = 0;
  private duplicates = 0;
  private crashesBefore = 0;
  private crashesAfter = 0;

  constructor(private readonly shares: DisturbanceShares) {
    this.random = new RandomSource(shares.seed, 0);
  }

  get summary(): string {
    return (
      `${this.deliveries} deliveries, ${this.duplicates} doubled, ` +
      `${this.crashesBefore} died before their work, ${this.crashesAfter} after it`
    );
  }

  /** Resolves when no doubled delivery is being handled. */
  async settled(): Promise<void> {
    await Promise.all(this.doubled);
  }

  readonly disturb: Disturb = (invoke, comeBack) => async (event) => {
    this.deliveries++;
    if (this.random.chance(this.shares.crashes)) {
      const isAfter = this.random.chance(0.5);
      if (isAfter) this.crashesAfter++;
      else this.crashesBefore++;
      if (isAfter) await invoke(event);
      comeBack(event);
      return { ok: false, error: 'Crashed', message: isAfter ? 'after its work' : 'before its work' };
    }
    if (this.random.chance(this.shares.duplicates)) {
      this.duplicates++;
      const duplicate = invoke(event);
      this.doubled.add(duplicate);
      void duplicate.finally(() => this.doubled.delete(duplicate));
    }
    return invoke(event);
  };
}
