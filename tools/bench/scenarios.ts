/** `larder bench scenarios`: all scenarios of a week, to the quantiles of every factory, day and SKU. */
import workerpool from 'workerpool';
import type { Week } from '../../shared/domain/model.ts';
import { joinScenarios, type ScenarioCounts } from '../../shared/domain/scenarios/counts.ts';
import { forecastIntervals, type Intervals } from '../../shared/domain/scenarios/quantiles.ts';
import { simulateScenarios } from '../../shared/domain/scenarios/simulate-scenarios.ts';
import { compiled } from '../compile.js';
import { figureOf, timed, type Benchmark } from './measure.ts';
import { SCALE, sampleWeek } from './workload.ts';

const OPTIONS = { seed: 1, constraints: {}, scenarios: SCALE.scenarios };
const TIMES = { repeats: 5, warmUps: 1 };
const THREADS = 2;

export const scenarios: Benchmark = {
  name: 'scenarios',
  description:
    `${SCALE.scenarios} scenarios of ${SCALE.boxes.toLocaleString('en')} boxes, ${SCALE.recipes} recipes and ` +
    `${SCALE.factories} factories, to P10, P50 and P90 of every factory, day and SKU`,
  run: async () => {
    const week = await sampleWeek(SCALE);
    const drawn = await timed(() => simulateScenarios(week, OPTIONS), TIMES);
    const counts = simulateScenarios(week, OPTIONS);
    const counted = await timed(() => forecastIntervals(week, counts), TIMES);
    const whole = drawn.map((ms, i) => ms + counted[i]);
    const threaded = await onThreads(week, forecastIntervals(week, counts));
    const seconds = (list: readonly number[]) => list.map((ms) => ms / 1000);
    return [
      figureOf('one core', 's', seconds(whole)),
      figureOf('of which drawing, routing and counting', 's', seconds(drawn)),
      figureOf('of which packs and quantiles', 's', seconds(counted)),
      figureOf(`${THREADS} threads, the same bytes`, 's', seconds(threaded)),
    ];
  },
};

/**
 * Milliseconds with the scenarios in shards, one a thread.
 *
 * @throws Error when the result is not the same
 */
async function onThreads(week: Week, expected: Intervals): Promise<number[]> {
  const pool = workerpool.pool(await compiled('tools/bench/scenarios-thread.ts'), {
    workerType: 'thread',
    maxWorkers: THREADS,
  });
  const shardOf = (thread: number) => ({
    from: Math.round((thread * SCALE.scenarios) / THREADS),
    to: Math.round(((thread + 1) * SCALE.scenarios) / THREADS),
  });
  let result: Intervals | undefined;
  const work = async () => {
    const shards = await Promise.all(
      Array.from({ length: THREADS }, async (_, thread) => {
        const counts: unknown = await pool.exec('simulateScenarios', [week, OPTIONS, shardOf(thread)]);
        return counts as ScenarioCounts;
      }),
    );
    result = forecastIntervals(week, joinScenarios(shards));
  };
  try {
    const samples = await timed(work, TIMES);
    if (digest(result) !== digest(expected)) throw new Error('threads gave another result');
    return samples;
  } finally {
    await pool.terminate();
  }
}

function digest(intervals: Intervals | undefined): string {
  return JSON.stringify(intervals);
}
