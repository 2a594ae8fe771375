/** One run killed, shown, replayed, and compared with a run that was not disturbed. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LARDER, runNode, type Ended } from '../node-process.ts';

const SAMPLE = ['--boxes', '2000', '--recipes', '30', '--weeks', '4'];
const MAX_COMMAND_MS = 120_000;
/** What says when, where and how often a run was tried, not what it forecasts. */
const NOT_COMPARED = /^(email\..*|summary\.json|manifest\.json|forecast\.xlsx|forecast\.parquet)$/;

export interface Killed {
  /** What `larder runs` said of the run. */
  readonly found: string;
  /** Absent where all came out as it should. */
  readonly problem?: string;
}

interface Printed {
  readonly run_id: string;
  readonly revision: number;
  readonly output: string;
}

/** Runs `larder` in a folder; killed after `killAfterMs`, by default after two minutes. */
function larder(folder: string, args: readonly string[], killAfterMs = MAX_COMMAND_MS): Promise<Ended> {
  return runNode([LARDER, ...args], { cwd: folder, timeout: killAfterMs, killSignal: 'SIGKILL' });
}

/** The run that was not disturbed, and what it published. */
export class Undisturbed {
  private constructor(
    readonly input: string,
    readonly durationMs: number,
    private readonly bytes: ReadonlyMap<string, string>,
  ) {}

  static async in(directory: string): Promise<Undisturbed> {
    const input = join(directory, 'in');
    const folder = join(directory, 'undisturbed');
    await mkdir(folder);
    expectCode(await larder(directory, ['sample', '--out', input, ...SAMPLE]), 0);
    // The first start synthesizes the template; the second is as long as those that are killed.
    expectCode(await larder(folder, runArgs(input)), 0);
    await rm(join(folder, '.larder', 'dynamo'), { recursive: true });
    const before = performance.now();
    const ended = await larder(folder, runArgs(input));
    const durationMs = performance.now() - before;
    expectCode(ended, 0);
    return new Undisturbed(input, durationMs, await bytesOf(JSON.parse(ended.stdout) as Printed));
  }

  get files(): number {
    return this.bytes.size;
  }

  /** What differs; undefined where nothing does. */
  async difference(printed: Printed): Promise<string | undefined> {
    const bytes = await bytesOf(printed);
    for (const [file, text] of this.bytes) if (bytes.get(file) !== text) return `${file} differs`;
    return bytes.size === this.bytes.size ? undefined : 'there are other files';
  }
}

function runArgs(input: string): string[] {
  return ['run', '--input', input, '--json'];
}

function expectCode({ code, stderr }: Ended, wanted: number): void {
  if (code !== wanted) throw new Error(`exit code ${code ?? 'none'} instead of ${wanted}: ${stderr}`);
}

/** The published files without run and revision. */
async function bytesOf({ output, run_id, revision }: Printed): Promise<Map<string, string>> {
  const files = (await readdir(output)).filter((file) => !NOT_COMPARED.test(file)).sort();
  const own = [`${run_id},${revision},`, `"run_id":"${run_id}","revision":${revision},`];
  const read = async (file: string) => {
    const text = await readFile(join(output, file), 'utf8');
    return [file, own.reduce((kept, part) => kept.replaceAll(part, ''), text)] as const;
  };
  return new Map(await Promise.all(files.map(read)));
}

/** Starts the run in a folder of its own, kills it, and replays what is missing as an operator would. */
export async function killOnce(undisturbed: Undisturbed, folder: string, afterMs: number): Promise<Killed> {
  await mkdir(folder);
  await larder(folder, runArgs(undisturbed.input), afterMs);
  const status = await larder(folder, ['status']);
  const runs = await larder(folder, ['runs', '--json']);
  if (runs.code !== 0) return { found: 'nothing', problem: `larder runs: ${runs.stderr}` };
  const run = (JSON.parse(runs.stdout) as { run_id: string; status: string }[]).at(0);
  const found = run ? run.status : 'no run';
  // Without a run there is none to show: bad usage, said in a sentence.
  if (status.code !== (run ? 0 : 2) || status.stderr.includes('    at '))
    return { found, problem: `larder status ended with ${status.code ?? 'a kill'}: ${status.stderr}` };
  if (run?.status === 'RUNNING') return { found, problem: 'the dead run is RUNNING' };
  const again = run ? await replayed(folder, run.run_id) : await larder(folder, runArgs(undisturbed.input));
  if (again.code !== 0)
    return {
      found,
      problem: `making up for it ended with ${again.code ?? 'a kill'}: ${again.stderr}${again.stdout}`,
    };
  const printed = JSON.parse(again.stdout) as Printed;
  const problem = (await undisturbed.difference(printed)) ?? (await notTold(folder, printed));
  if (problem === undefined) await rm(folder, { recursive: true });
  return { found, ...(problem === undefined ? {} : { problem }) };
}

/** What of the publication is missing beside its files. */
async function notTold(folder: string, { run_id }: Printed): Promise<string | undefined> {
  const latest = await readFile(join(folder, 'out', 'latest.json'), 'utf8').catch(() => '');
  if (!latest.includes(run_id)) return 'latest.json does not name the run';
  const events = await readFile(join(folder, '.larder', 'events.jsonl'), 'utf8').catch(() => '');
  return events.includes(run_id) ? undefined : 'there is no event of the run';
}

/** `larder replay --missing`; where nothing is missing, the run as it stands. */
async function replayed(folder: string, runId: string): Promise<Ended> {
  const ended = await larder(folder, ['replay', runId, '--missing', '--reason', 'killed', '--json']);
  if (ended.code !== 2 || !ended.stderr.includes('nothing to replay')) return ended;
  const output = join(folder, 'out', runId, 'r1');
  return { code: 0, stdout: JSON.stringify({ run_id: runId, revision: 1, output }), stderr: '' };
}
