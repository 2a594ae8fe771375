/** The page's script and style, bundled in memory: nothing is written, nothing comes from elsewhere. */
import { join } from 'node:path';
import { ROOT } from '../../../infra/root.ts';

/** The files of the page, as they are served. */
export interface Bundle {
  readonly script: Uint8Array;
  readonly style: Uint8Array;
}

/** @throws Error where the page's sources do not compile */
export async function bundlePage(): Promise<Bundle> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'tools/monitor/page/main.tsx')],
    bundle: true,
    minify: true,
    write: false,
    outdir: 'page',
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
  });
  const file = (end: string) => {
    const found = outputFiles.find(({ path }) => path.endsWith(end));
    if (!found) throw new Error(`The page's bundle has no ${end} file.`);
    return found.contents;
  };
  return { script: file('.js'), style: file('.css') };
}
