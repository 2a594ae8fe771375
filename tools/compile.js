// @ts-check
/**
 * The project's TypeScript as JavaScript. All programs are compiled together, in a quarter of a second, into a folder
 * of `.cache/compiled/` that is named after the state of every source; so what is there is never stale.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Every file that a process or a thread begins with. */
const PROGRAMS = [
  'infra/app.ts',
  'tools/bench/chart.ts',
  'tools/bench/scenarios-thread.ts',
  'tools/cli/main.ts',
  'tools/kernel/compile.ts',
  'tools/local/aws/dynamo-thread.ts',
  'tools/local/engine-thread.ts',
  'tools/verify/aws/main.ts',
  'tools/verify/faults/main.ts',
  'tools/verify/faults/thread.ts',
  'tools/verify/fuzz/main.ts',
  'tools/verify/input-size/main.ts',
  'tools/verify/kills/main.ts',
  'tools/verify/load/main.ts',
  'tools/verify/model/main.ts',
];
const SOURCES = ['functions', 'infra', 'shared', 'tools'];
const KEPT_MS = 7 * 24 * 3600 * 1000;

/**
 * Of compiled code, its own folder: the threads of a process are of the same state as the process.
 * @type {string | undefined}
 */
// @ts-expect-error the compiler defines it
const OWN_FOLDER = typeof COMPILED_FOLDER === 'undefined' ? undefined : COMPILED_FOLDER;

/**
 * The compiled form of a program, made where there is none of the sources' present state.
 *
 * @param {string} program its path from the project's folder: one of {@link PROGRAMS}
 * @returns {Promise<string>} the path of a module to import
 * @throws Error where there is no such program, or the sources do not compile; says where
 */
export async function compiled(program) {
  if (!PROGRAMS.includes(program))
    throw new Error(`There is no program ${program}; expected one of: ${PROGRAMS.join(', ')}.`);
  return join(OWN_FOLDER ?? (await compileAll()), program.replace(/\.ts$/, '.js'));
}

/**
 * Runs a program in this process; where it cannot be compiled, says why and ends the process with 1.
 *
 * @param {string} program
 */
export async function start(program) {
  const module = await compiled(program).catch((/** @type {Error} */ { message }) => {
    process.stderr.write(`${message}\n`);
    process.exit(1);
  });
  await import(module);
}

async function compileAll() {
  const root = dirname(import.meta.dirname);
  const all = join(root, '.cache', 'compiled');
  const folder = join(all, stateOf(root));
  if (existsSync(folder)) {
    utimesSync(folder, new Date(), new Date());
    return folder;
  }
  const { build } = await import('esbuild');
  mkdirSync(all, { recursive: true });
  removeOld(all);
  // Under another name until it is whole: another process may look for it at this moment.
  const draft = mkdtempSync(join(all, 'draft-'));
  await build({
    absWorkingDir: root,
    entryPoints: PROGRAMS,
    outdir: draft,
    outbase: '.',
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    define: { COMPILED_FOLDER: JSON.stringify(folder) },
    logLevel: 'silent',
  }).catch((error) => {
    rmSync(draft, { recursive: true });
    throw error;
  });
  try {
    renameSync(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(draft, { recursive: true });
  }
  return folder;
}

/** @param {string} root @returns {string} */
function stateOf(root) {
  const hash = createHash('sha256');
  const add = (/** @type {string} */ file) => {
    const { size, mtimeMs, ino } = statSync(join(root, file));
    hash.update(`${file} ${size} ${mtimeMs} ${ino}\n`);
  };
  add('package.json');
  add('package-lock.json');
  for (const source of SOURCES)
    for (const file of readdirSync(join(root, source), { recursive: true, encoding: 'utf8' }).sort())
      if (/\.(js|ts|tsx)$/.test(file)) add(join(source, file));
  return hash.digest('hex').slice(0, 16);
}

/** What was not begun from for a week: a process that runs may yet load a part of where it began. @param {string} all */
function removeOld(all) {
  for (const name of readdirSync(all)) {
    const folder = join(all, name);
    if (Date.now() - statSync(folder).mtimeMs > KEPT_MS) rmSync(folder, { recursive: true, force: true });
  }
}
