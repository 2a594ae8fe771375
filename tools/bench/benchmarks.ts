/** The benchmarks by name, each loaded when it is asked for. */
import type { Benchmark } from './measure';

export const BENCHMARKS: Readonly<Record<string, () => Benchmark>> = {
  simulate: () => (require('./simulate') as typeof import('./simulate')).simulate,
  allocation: () => (require('./allocation') as typeof import('./allocation')).allocation,
  scenarios: () => (require('./scenarios') as typeof import('./scenarios')).scenarios,
  week: () => (require('./week') as typeof import('./week')).week,
  'fan-out': () => (require('./fan-out') as typeof import('./fan-out')).fanOut,
  bundles: () => (require('./bundles') as typeof import('./bundles')).bundles,
};
