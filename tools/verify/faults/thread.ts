/** What a thread of the fault simulation can be asked for. */
import workerpool from 'workerpool';
import { loadSimulation } from './load.ts';
import type { Simulation } from './sim/entry.ts';

export interface Chunk {
  readonly bundleFile: string;
  readonly template: unknown;
  readonly firstSeed: number;
  readonly schedules: number;
}

export interface ChunkOutcome {
  readonly schedules: number;
  readonly steps: number;
  /** How often each kind of fault has hit, by its kind. */
  readonly faults: Readonly<Record<string, number>>;
  /** The lowest seed that broke an invariant. */
  readonly brokenSeed: number | undefined;
}

let loaded: { readonly bundleFile: string; readonly simulation: Simulation } | undefined;

/** Runs schedules one after another, up to the first that breaks an invariant. */
async function runChunk({ bundleFile, template, firstSeed, schedules }: Chunk): Promise<ChunkOutcome> {
  if (loaded?.bundleFile !== bundleFile) loaded = { bundleFile, simulation: loadSimulation(bundleFile, template) };
  const { simulation } = loaded;
  const faults: Record<string, number> = {};
  let steps = 0;
  for (let done = 0; done < schedules; done++) {
    const seed = firstSeed + done;
    const outcome = await simulation.run(simulation.drawPlan(seed));
    steps += outcome.steps;
    for (const hit of outcome.hits) {
      const kind = hit.slice(0, hit.indexOf(' '));
      faults[kind] = (faults[kind] ?? 0) + 1;
    }
    if (outcome.violation) return { schedules: done + 1, steps, faults, brokenSeed: seed };
  }
  return { schedules, steps, faults, brokenSeed: undefined };
}

workerpool.worker({ runChunk });
