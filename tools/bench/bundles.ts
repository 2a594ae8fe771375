/** `larder bench bundles`: the size of each function's bundle, and how long a fresh process takes to import it. */
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { ENVIRONMENT_NAMES } from '../../shared/aws/environment.ts';
import { BUNDLING } from '../../infra/functions/bundling.ts';
import { figureOf, type Benchmark, type Figure } from './measure.ts';
import { inTemporaryFolder } from '../temporary-folder.ts';
import { ROOT } from '../../infra/root.ts';

const REPEATS = 15;
const IMPORT = 'const s = performance.now(); require(process.argv[1]); console.log(performance.now() - s);';

export const bundles: Benchmark = {
  name: 'bundles',
  description: 'each function as it is deployed: its one file, imported by a new process',
  run: () =>
    inTemporaryFolder('bundles', async (folder) => {
      const figures: Figure[] = [];
      for (const name of (await readdir(join(ROOT, 'functions'))).sort()) {
        const outfile = join(folder, `${name}.js`);
        figures.push(figureOf(`${name}: size`, 'kB', [await bundle(name, outfile)]));
        figures.push(figureOf(`${name}: import`, 'ms', await importTimes(outfile)));
      }
      return figures;
    }),
};

/** @returns the bundle's size in kilobytes */
async function bundle(name: string, outfile: string): Promise<number> {
  const { metafile } = await build({
    ...BUNDLING,
    mainFields: [...BUNDLING.mainFields],
    external: [...BUNDLING.external],
    entryPoints: [join(ROOT, 'functions', name, 'index.ts')],
    bundle: true,
    platform: 'node',
    outfile,
    metafile: true,
  });
  return Object.values(metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0) / 1000;
}

async function importTimes(file: string): Promise<number[]> {
  const settings = Object.fromEntries(ENVIRONMENT_NAMES.map((name) => [name, 'arn:aws:states:x:0:stateMachine:x']));
  const env = { ...process.env, ...settings, AWS_REGION: 'us-east-1' };
  const times: number[] = [];
  for (let round = 0; round < REPEATS; round++) {
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', IMPORT, file], { env });
    times.push(Number(stdout));
  }
  return times;
}
