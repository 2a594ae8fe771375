/** The benchmarks by name, each loaded when it is asked for. */
import type { Benchmark } from './measure';

export const BENCHMARKS: Readonly<Record<string, () => Benchmark>> = {
  simulate: () => (require('./simulate') as typeof import('./simulate')).simulate,
};
