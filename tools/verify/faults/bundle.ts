/** The simulation as one file: the product's own code, the domain replaced by a tiny one, and perhaps a mutation. */
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { Mutation } from './mutations.ts';
import { ROOT } from '../../../infra/root.ts';

const DOMAIN = join(ROOT, 'tools/verify/faults/sim/replacements/tiny-domain.ts');
const FILES = join(ROOT, 'tools/verify/faults/sim/replacements/tiny-files.ts');
const IDS = join(ROOT, 'tools/verify/faults/sim/replacements/ids.ts');

/** What something tiny stands in for: the reading of the inputs, and what is costly to draw and to compress. */
const REPLACED = new Map([
  ['shared/pipeline/inputs/read-inputs.ts', DOMAIN],
  ['shared/domain/input/check-tables.ts', DOMAIN],
  ['shared/domain/input/read-week.ts', DOMAIN],
  ['shared/report/charts.ts', FILES],
  ['shared/report/workbook/workbook.ts', FILES],
]);

/** @throws Error where the mutation does not apply exactly once */
export async function bundle(outfile: string, mutation?: Mutation): Promise<void> {
  let applied = 0;
  const plugin: Plugin = {
    name: 'faults',
    setup: (setup) => {
      setup.onResolve({ filter: /^node:crypto$/ }, ({ importer }) =>
        importer === IDS ? undefined : { path: IDS },
      );
      setup.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
        const tiny = REPLACED.get(relative(ROOT, join(resolveDir, path)));
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
    entryPoints: [join(ROOT, 'tools/verify/faults/sim/entry.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'error',
    plugins: [plugin],
  });
  if (mutation && applied !== 1) {
    throw new Error(`The mutation ${mutation.name} fits ${applied} places of ${mutation.file}; expected 1.`);
  }
}
