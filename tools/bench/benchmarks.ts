/** The benchmarks by name, each loaded when it is asked for. */
import type { Benchmark } from './measure';

export const BENCHMARKS: Readonly<Record<string, () => Benchmark>> = {
  scenarios: () => (require('./scenarios') as typeof import('./scenarios')).scenarios,
  simulate: () => (require('./simulate') as typeof import('./simulate')).simulate,
  'fan-out': () => (require('./fan-out') as typeof import('./fan-out')).fanOut,
};
