import { configure } from '../../../../functions/configurator/handler.ts';
import { addWeeks } from '../../../../shared/domain/iso-week.ts';
import type { MenuWeek } from '../../../../shared/domain/model.ts';
import { InputRefused } from '../../../../shared/pipeline/errors.ts';
import { MAX_INLINE_WEEKS, runLimitsOf, type RunLimits } from '../../../../shared/pipeline/run/run-limits.ts';
import { LAST_STAGE } from '../../../../shared/pipeline/stages.ts';
import { StateMachine } from '../../../../tools/local/asl/index.ts';
import { VirtualClock } from '../../../../tools/local/aws/clock.ts';
import { cachedTemplate } from '../../../../tools/local/cloudformation/cached-template.ts';
import { readTemplate } from '../../../../tools/local/cloudformation/template.ts';
import { inputFiles, smallSample, type Files } from '../inputs/files.ts';
import { RUN, World } from '../world.ts';

// Where nothing is kept, the template is synthesized.
jest.setTimeout(60_000);

const INLINE: RunLimits = { mapMode: 'inline', maxConcurrency: 40, publisherMemoryMb: 3_538 };
const DISTRIBUTED: RunLimits = { ...INLINE, mapMode: 'distributed' };

/** The small sample with so many weeks, all of them with the menu and the days of `*`. */
function filesOf(weeks: number, change: (text: string, file: string) => string = (text) => text): Files {
  const first = '2026-W49' as MenuWeek;
  const list = Array.from({ length: weeks }, (_, at) => `${addWeeks(first, at)},300,0.03`);
  const files = new Map<string, string>();
  for (const [file, text] of smallSample()) {
    if (file === 'orders.csv') continue;
    const ofOneWeek = String(text)
      .split('\n')
      .filter((line) => !line.startsWith('2026-W50'))
      .join('\n');
    files.set(file, change(ofOneWeek.replaceAll('2026-W49', '*'), file));
  }
  return files.set('weeks.csv', `menu_week,boxes,boxes_sd\n${list.join('\n')}\n`);
}

async function configured(limits: RunLimits, files: Files, settings: object) {
  const world = new World();
  const deps = {
    ...world.deps,
    openInputs: () => inputFiles(files),
    defaultInput: 'in',
    codeVersion: '1',
    limits,
  };
  const event = { runId: RUN, startedAt: '2026-11-23T08:00:00.000Z', settings };
  const done = await configure(deps, event).catch((error: unknown) => error as Error);
  return { done, items: world.table.items.size };
}

describe('a run', () => {
  it('of more weeks than the history of one execution takes is refused before anything is recorded', async () => {
    const files = filesOf(MAX_INLINE_WEEKS + 1);
    const { done, items } = await configured(INLINE, files, { weeks: MAX_INLINE_WEEKS + 1 });
    expect(done).toBeInstanceOf(InputRefused);
    expect(done).toMatchObject({
      message:
        'A run of 673 weeks may write 24,901 events into its history, and an execution holds 25,000: at most 672 weeks ' +
        'while mapMode is inline. Ask for fewer weeks a run, or deploy with mapMode distributed (docs/scale.md).',
    });
    expect(items).toBe(0);
    expect((await configured(INLINE, files, { weeks: MAX_INLINE_WEEKS })).items).toBe(MAX_INLINE_WEEKS + 1);
    expect((await configured(DISTRIBUTED, files, { weeks: MAX_INLINE_WEEKS + 1 })).items).toBe(MAX_INLINE_WEEKS + 2);
  });

  it('that the Publisher cannot hold is refused, with the numbers and the ways out', async () => {
    // Every factory may need some of each on every day.
    const more = Array.from({ length: 6_000 }, (_, at) => `X-${at},Thing ${at},piece,Dry,30`).join('\n');
    const files = filesOf(500, (text, file) => (file === 'skus.csv' ? `${text.trimEnd()}\n${more}\n` : text));
    const { done, items } = await configured(INLINE, files, { weeks: 500 });
    expect(done).toBeInstanceOf(InputRefused);
    expect(done).toMatchObject({
      message: expect.stringMatching(
        /^The Publisher holds all weeks of a run at once: 500 of this size take 12,\d{3} MB at the very least, and it has 3,538 MB\. Ask for fewer weeks a run \(surely fewer than 1\d\d of these\), or give the Publisher more memory/,
      ) as string,
    });
    expect(items).toBe(0);
    expect((await configured(INLINE, files, { weeks: 100 })).items).toBe(101);
    expect((await configured({ ...INLINE, publisherMemoryMb: 14_000 }, files, { weeks: 500 })).items).toBe(501);
  });

  it('has no more weeks under way at once than the deployment allows', async () => {
    const atOnce = async (limits: RunLimits, maxConcurrency: number) =>
      (await configured(limits, filesOf(1), { weeks: 1, maxConcurrency })).done;
    expect(await atOnce({ ...DISTRIBUTED, maxConcurrency: 100 }, 300)).toMatchObject({ maxConcurrency: 100 });
    expect(await atOnce({ ...DISTRIBUTED, maxConcurrency: 100 }, 7)).toMatchObject({ maxConcurrency: 7 });
  });

  it('is told the limits of its deployment by the environment', () => {
    const environment = { MAP_MODE: 'distributed', MAX_CONCURRENCY: '100', PUBLISHER_MEMORY_MB: '3538' };
    expect(runLimitsOf(environment)).toEqual({ mapMode: 'distributed', maxConcurrency: 100, publisherMemoryMb: 3_538 });
  });
});

describe('the history of an execution', () => {
  /** Events of a run whose every stage loses its first message, and whose every week fails in the last stage. */
  async function eventsOf(weeks: readonly string[]): Promise<number> {
    const { Resources } = (await cachedTemplate()) as { readonly Resources: never };
    const { definition } = readTemplate({ Resources }).stateMachine;
    const clock = new VirtualClock(0);
    const seen = new Set<string>();
    let events = 0;
    let tokens = 0;
    const machine: StateMachine = new StateMachine(
      definition,
      {
        invokeLambda: (_arn, payload) => {
          const isConfigurator = (payload as { startedAt?: string }).startedAt !== undefined;
          const answer = isConfigurator ? { runId: 'run', weeks, maxConcurrency: 40 } : { status: 'PARTIAL' };
          return Promise.resolve({ ok: true, payload: answer });
        },
        sendMessage: (_url, body) => {
          const { week, stage, taskToken } = JSON.parse(body) as { week: string; stage: string; taskToken: string };
          const isLost = !seen.has(`${week} ${stage}`);
          seen.add(`${week} ${stage}`);
          const answer = () =>
            stage === LAST_STAGE
              ? machine.fail(taskToken, 'PermanentError', 'no')
              : machine.succeed(taskToken, { attempt: 1 });
          if (!isLost) clock.schedule(1_000, () => void answer());
          return Promise.resolve({ messageId: 'm' });
        },
      },
      { clock, random: () => 0.5, randomToken: () => `token-${++tokens}`, onEvent: () => events++ },
    );
    await machine.start('run', {});
    for (let minutes = 0; minutes < 300 && (await machine.status('run')) === 'RUNNING'; minutes++)
      await clock.advance(60_000);
    expect(await machine.status('run')).toBe('SUCCEEDED');
    return events;
  }

  it('holds an inline run of as many weeks as are accepted, and hardly any more', async () => {
    const one = await eventsOf(['2026-W49']);
    const aWeek = (await eventsOf(['2026-W49', '2026-W50'])) - one;
    expect(one - aWeek + MAX_INLINE_WEEKS * aWeek).toBeLessThan(25_000);
    expect((MAX_INLINE_WEEKS + 5) * aWeek).toBeGreaterThan(25_000);
  });
});
