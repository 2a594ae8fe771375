/** `larder bench fan-out`: what more weeks cost a run, beside the loop over weeks that came before. */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { STAGES } from '../../shared/pipeline/stages.ts';
import { openLocalStack, type LocalStack } from '../local/stack.ts';
import { writeSample } from '../sample/sample.ts';
import { inTemporaryFolder } from '../temporary-folder.ts';
import { withOpen } from '../with-open.ts';
import { figureOf, type Benchmark, type Figure } from './measure.ts';
import { waitingStages } from './waiting-stages.ts';

/** What each stage of a week waits: about what computing 200,000 boxes takes. */
const STAGE_SECONDS = 3.5;
const REPEATS = 3;
/** Of the runs that are timed. */
const WEEKS = [1, 4, 16, 40];
/** Of the loop. */
const LOOP_WEEKS = 2;
/** A week that takes hardly any work to read or to publish. */
const SMALL = { boxes: 20, recipes: 5, factories: 2 };

export const fanOut: Benchmark = {
  name: 'fan-out',
  description:
    `runs on the local stack, from Configurator to Publisher, with stages that wait ${STAGE_SECONDS} s each, ` +
    `${STAGES.length} a week, instead of computing`,
  run: () => inTemporaryFolder('fan-out', measure),
};

async function measure(directory: string): Promise<Figure[]> {
  await writeSample(join(directory, 'input'), { ...SMALL, weeks: Math.max(...WEEKS) });
  // Leaves the synthesized template and compiled code behind.
  await runOf(1, directory, 'first', 0);
  const runs = new Map<number, number[]>(WEEKS.map((weeks) => [weeks, []]));
  // It does nothing but wait, so it takes nothing from the runs.
  const loops = Promise.all(Array.from({ length: REPEATS }, () => secondsOf(() => loopOver(LOOP_WEEKS))));
  for (let round = 0; round < REPEATS; round++) {
    for (const [weeks, samples] of runs) {
      samples.push(await runOf(weeks, directory, `${round}-${weeks}`, STAGE_SECONDS));
    }
  }
  const looped = await loops;
  const samplesOf = (weeks: number) => runs.get(weeks) ?? [];
  return [
    ...WEEKS.map((weeks) => figureOf(`a run of ${weeks} week${weeks > 1 ? 's' : ''}`, 's', samplesOf(weeks))),
    figureOf(`${LOOP_WEEKS} weeks one after another, the waits alone`, 's', looped),
    figureOf('40 weeks against 1', '×', ratios(samplesOf(40), samplesOf(1))),
    figureOf(`4 weeks against ${LOOP_WEEKS} one after another`, '×', ratios(samplesOf(4), looped)),
  ];
}

function ratios(above: readonly number[], below: readonly number[]): number[] {
  return above.map((value, round) => value / below[round]);
}

/** Seconds of one run of `weeks` weeks on a stack of its own, without the stack's opening and closing. */
async function runOf(weeks: number, directory: string, runId: string, stageSeconds: number): Promise<number> {
  const state = join(directory, runId);
  const works = await waitingStages(state, SMALL, stageSeconds);
  return withOpen(openLocalStack(state, { works }), async (stack) => {
    const request = { input: join(directory, 'input'), output: join(state, 'out'), weeks };
    const seconds = await secondsOf(() => stack.run(runId, request));
    await checkPublished(stack, runId);
    return seconds;
  });
}

/** A run that failed has no time. */
async function checkPublished(stack: LocalStack, runId: string): Promise<void> {
  const { run } = await stack.view(runId);
  if (run.status !== 'PUBLISHED') throw new Error(`run ${runId} of the benchmark ended as ${run.status}`);
}

/** The shape of the predecessor: one function that does a week after another. */
async function loopOver(weeks: number): Promise<void> {
  for (let stage = 0; stage < weeks * STAGES.length; stage++) await wait(STAGE_SECONDS * 1000);
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
