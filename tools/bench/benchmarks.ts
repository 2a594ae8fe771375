/** The benchmarks by name, each loaded when it is asked for. */
import type { Benchmark } from './measure.ts';

export const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  simulate: async () => (await import('./simulate.ts')).simulate,
  allocation: async () => (await import('./allocation.ts')).allocation,
  scenarios: async () => (await import('./scenarios.ts')).scenarios,
  week: async () => (await import('./week.ts')).week,
  'fan-out': async () => (await import('./fan-out.ts')).fanOut,
  bundles: async () => (await import('./bundles.ts')).bundles,
};
