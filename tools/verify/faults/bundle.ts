/** The simulation as one file: the product's own code, the domain replaced by a tiny one, and perhaps a mutation. */
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { ROOT } from '../../../infra/root.ts';
import type { Mutation } from './mutations.ts';

const SIMULATION = join(ROOT, 'tools/verify/faults/sim');
const DOMAIN = join(SIMULATION, 'replacements/tiny-domain.ts');
const FILES = join(SIMULATION, 'replacements/tiny-files.ts');
const IDS = join(SIMULATION, 'replacements/ids.ts');

/** What is replaced by something tiny: the reading of the inputs, and what is costly to draw and to compress. */
const REPLACEMENTS = new Map([
  ['shared/pipeline/inputs/read-inputs.ts', DOMAIN],
  ['shared/domain/input/check-tables.ts', DOMAIN],
  ['shared/domain/input/read-week.ts', DOMAIN],
  ['shared/report/charts.ts', FILES],
  ['shared/report/workbook/workbook.ts', FILES],
]);

/**
 * @param outfile where the bundle is written
 * @throws Error where a file that is to be replaced is not part of the product, or the mutation does not apply exactly once
 */
export async function bundle(outfile: string, mutation?: Mutation): Promise<void> {
  let applied = 0;
  const unused = new Set(REPLACEMENTS.keys());
  const plugin: Plugin = {
    name: 'faults',
    setup: (setup) => {
      setup.onResolve({ filter: /^node:crypto$/ }, ({ importer }) => (importer === IDS ? undefined : { path: IDS }));
      setup.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
        const file = relative(ROOT, join(resolveDir, path));
        const tiny = REPLACEMENTS.get(file);
        unused.delete(file);
        return tiny === undefined ? undefined : { path: tiny };
      });
      setup.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (relative(ROOT, path) !== mutation?.file) return undefined;
        const parts = (await readFile(path, 'utf8')).split(mutation.find);
        applied += parts.length - 1;
        return { contents: parts.join(mutation.replace), loader: 'ts' as const };
      });
    },
  };
  await build({
    entryPoints: [join(SIMULATION, 'entry.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'error',
    plugins: [plugin],
  });
  if (unused.size > 0) throw new Error(`Nothing imports ${[...unused].join(', ')}, to be replaced.`);
  if (mutation && applied !== 1) {
    throw new Error(`The mutation ${mutation.name} fits ${applied} places of ${mutation.file}; expected 1.`);
  }
}
