/** How benchmarks measure: repeats after a warm-up, their median and spread. */
import { performance } from 'node:perf_hooks';

/** One measured figure. */
export interface Figure {
  readonly label: string;
  /** Such as `ns/order`, `ms`, `s`, `MB`. */
  readonly unit: string;
  readonly median: number;
  /** The smallest and the largest of the repeats. */
  readonly low: number;
  readonly high: number;
  readonly repeats: number;
}

/** What one benchmark found. */
export interface BenchReport {
  readonly name: string;
  readonly description: string;
  readonly figures: readonly Figure[];
  /** The largest resident set of the process that ran it, workers included. */
  readonly peakMegabytes: number;
}

/** A benchmark; its process runs nothing else, so that memory and compiled code are its own. */
export interface Benchmark {
  readonly name: string;
  /** One line: what is measured, on what. */
  readonly description: string;
  run(): Promise<readonly Figure[]> | readonly Figure[];
}

/** @throws RangeError for no samples */
export function figureOf(label: string, unit: string, samples: readonly number[]): Figure {
  if (samples.length === 0) throw new RangeError(`no samples of ${label}`);
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return {
    label,
    unit,
    median: (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2,
    low: sorted[0],
    high: sorted[sorted.length - 1],
    repeats: sorted.length,
  };
}

/** Milliseconds of each of `repeats` calls, after `warmUps` that are not counted. */
export async function timed(
  work: () => unknown,
  { repeats, warmUps }: { readonly repeats: number; readonly warmUps: number },
): Promise<number[]> {
  const samples: number[] = [];
  for (let round = -warmUps; round < repeats; round++) {
    const start = performance.now();
    await work();
    if (round >= 0) samples.push(performance.now() - start);
  }
  return samples;
}

/** The largest resident set of this process so far. */
export function peakMegabytes(): number {
  return process.resourceUsage().maxRSS / 1024;
}
