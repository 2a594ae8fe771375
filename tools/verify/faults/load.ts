/** The simulation out of its bundle. */
import { createRequire } from 'node:module';
import type { Simulation } from './sim/entry.ts';

/**
 * @param bundleFile as bundle.ts has written it
 * @param template the JSON value of the synthesized template
 */
export function loadSimulation(bundleFile: string, template: unknown): Simulation {
  const load = createRequire(import.meta.url);
  const { openSimulation } = load(bundleFile) as typeof import('./sim/entry.ts');
  return openSimulation(template);
}
