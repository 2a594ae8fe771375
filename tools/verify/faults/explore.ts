/** Schedules by the thousand, on worker threads, up to the first that breaks an invariant. */
import workerpool from 'workerpool';
import { compiled } from '../../compile.js';
import type { Chunk, ChunkOutcome } from './thread.ts';

export interface Explored extends ChunkOutcome {
  readonly seconds: number;
}

export type Range = Pick<Chunk, 'firstSeed' | 'schedules'>;

/** Schedules of one request to a thread: enough to forget the request's cost. */
const CHUNK = 50;

export class Explorer {
  private constructor(
    private readonly template: unknown,
    private readonly threads: number,
    private readonly pool: workerpool.Pool,
  ) {}

  /** @param template the JSON value of the synthesized template */
  static async open(template: unknown, threads: number): Promise<Explorer> {
    const pool = workerpool.pool(await compiled('tools/verify/faults/thread.ts'), {
      workerType: 'thread',
      minWorkers: threads,
      maxWorkers: threads,
    });
    return new Explorer(template, threads, pool);
  }

  /**
   * Runs the schedules of a range until one breaks an invariant.
   *
   * @param bundleFile the simulation, as bundle.ts has written it
   * @param progress told how many schedules have been run
   */
  async explore(
    bundleFile: string,
    { firstSeed, schedules }: Range,
    progress: (schedules: number) => void,
  ): Promise<Explored> {
    const began = performance.now();
    const total = { schedules: 0, steps: 0 };
    const faults: Record<string, number> = {};
    const broken: number[] = [];
    let next = 0;
    const lane = async () => {
      // A chunk that was begun is ended: of two broken seeds the lower one is always the one that is told.
      while (next < schedules && broken.length === 0) {
        const from = next;
        next = Math.min(schedules, next + CHUNK);
        const answer: unknown = await this.pool.exec('runChunk', [
          { bundleFile, template: this.template, firstSeed: firstSeed + from, schedules: next - from },
        ]);
        const chunk = answer as ChunkOutcome;
        total.schedules += chunk.schedules;
        total.steps += chunk.steps;
        for (const [kind, hits] of Object.entries(chunk.faults)) faults[kind] = (faults[kind] ?? 0) + hits;
        if (chunk.brokenSeed !== undefined) broken.push(chunk.brokenSeed);
        progress(total.schedules);
      }
    };
    await Promise.all(Array.from({ length: this.threads }, lane));
    const seconds = (performance.now() - began) / 1000;
    return { ...total, seconds, faults, brokenSeed: broken.sort((a, b) => a - b).at(0) };
  }

  async close(): Promise<void> {
    await this.pool.terminate();
  }
}
