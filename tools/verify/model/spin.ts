/** The Spin model checker: a model and its definitions in, what was searched and what was found out. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inTemporaryFolder } from '../../temporary-folder.ts';

const run = promisify(execFile);

export interface Search {
  /** Preprocessor definitions, `NAME=value`. */
  readonly define: readonly string[];
  /** A temporal property; absent: the assertions, and deadlocks. */
  readonly property?: string;
  /** Whether a violation is expected soon: compiling such a search well would take longer than the search. */
  readonly endsSoon?: true;
}

export interface Searched {
  readonly states: number;
  readonly megabytes: number;
  readonly seconds: number;
  /** What does not hold, in the checker's words; absent where all holds. */
  readonly violation?: string;
}

/** No search may take more memory; one that would is a failure, never a shorter search. */
const MEGABYTES = 900;
const OUTPUT_BYTES = 64 * 1024 * 1024;

/** @returns a sentence that says how to install what is missing; undefined where nothing is */
export async function missingForSpin(): Promise<string | undefined> {
  for (const [program, option] of [
    ['spin', '-V'],
    ['cc', '--version'],
  ] as const) {
    try {
      await run(program, [option]);
    } catch {
      return (
        `The model is checked with Spin and a C compiler, and there is no ${program} on the PATH ` +
        '(Debian: apt-get install spin gcc).'
      );
    }
  }
  return undefined;
}

/**
 * Searches every state that can be reached, or stops at the first violation.
 *
 * @throws Error where the search could not be completed
 */
export function search(model: string, { define, property, endsSoon }: Search): Promise<Searched> {
  return inTemporaryFolder('model', async (cwd) => {
    await run('spin', ['-a', ...define.map((one) => `-D${one}`), model], { cwd });
    const kind = property ? ['-DNOFAIR'] : ['-DSAFETY', '-DNOCLAIM'];
    const compile = [
      endsSoon ? '-O0' : '-O2',
      '-w',
      '-DCOLLAPSE',
      `-DMEMLIM=${MEGABYTES}`,
      ...kind,
      '-o',
      'pan',
      'pan.c',
    ];
    await run('cc', compile, { cwd });
    const claim = property ? ['-a', '-N', property] : [];
    const options = { cwd, maxBuffer: OUTPUT_BYTES };
    const began = performance.now();
    const { stdout } = await run(join(cwd, 'pan'), ['-n', '-m20000', '-w23', ...claim], options);
    return read(stdout, (performance.now() - began) / 1000);
  });
}

function read(output: string, seconds: number): Searched {
  const number = (pattern: RegExp) => Number(pattern.exec(output)?.[1] ?? NaN);
  const states = number(/^\s*([\d.e+]+) states, stored/m);
  const megabytes = number(/^\s*([\d.]+)\s+total actual memory usage/m);
  const errors = number(/errors: (\d+)/);
  if (Number.isNaN(states) || Number.isNaN(errors)) throw new Error(`Spin printed no result:\n${output}`);
  const violation = /^pan:1: (.*)$/m.exec(output)?.[1];
  if (errors > 0 || violation) return { states, megabytes, seconds, violation: violation ?? 'an error' };
  // A search that ran out of depth or of memory says so, and has shown nothing.
  if (/Search not completed|max search depth too small|out of memory|reached -DMEMLIM/.test(output)) {
    throw new Error(`Spin could not complete its search:\n${output.slice(0, 2_000)}`);
  }
  return { states, megabytes, seconds };
}
