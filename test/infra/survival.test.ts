/**
 * The synthesized definition in the interpreter, its functions' and workers' real handlers around it, on virtual time:
 * what helpers, operators and services may do to a run without ending it.
 */
import { configure } from '../../functions/configurator/handler.ts';
import { recordFailure } from '../../functions/failure-recorder/handler.ts';
import { publish } from '../../functions/publisher/handler.ts';
import type { MenuWeek } from '../../shared/domain/model.ts';
import { forecastSites } from '../../shared/domain/forecast/forecast.ts';
import { simulateOrders } from '../../shared/domain/orders/simulate-orders.ts';
import { putArtifact } from '../../shared/pipeline/artifacts.ts';
import { InputRefused } from '../../shared/pipeline/errors.ts';
import type { WeekForecast } from '../../shared/pipeline/inputs/snapshot.ts';
import { MAX_INLINE_WEEKS } from '../../shared/pipeline/run/run-limits.ts';
import { sweep } from '../../shared/pipeline/run/sweep.ts';
import { parseStageMessage, type RunId } from '../../shared/pipeline/messages.ts';
import { handleDelivery, type StageContext } from '../../shared/pipeline/stage/stage-worker.ts';
import type { Stage } from '../../shared/pipeline/stages.ts';
import type { RunRecord } from '../../shared/pipeline/table/records.ts';
import { StateMachine, type LambdaAnswer } from '../../tools/local/asl/index.ts';
import { VirtualClock } from '../../tools/local/aws/clock.ts';
import { readTemplate } from '../../tools/local/cloudformation/template.ts';
import { generateSample } from '../../tools/sample/sample.ts';
import { Publication } from '../functions/publisher/publication.ts';
import { inputFiles, weekOf } from '../shared/pipeline/inputs/files.ts';
import { START } from '../shared/pipeline/world.ts';
import { resourcesOf } from './template.ts';

jest.setTimeout(120_000);

const RUN = 'run-40' as RunId;
const FAILING = '2026-W50' as MenuWeek;
const template = readTemplate({ Resources: resourcesOf() });
const settings = { seed: 1, constraints: {}, scenarios: 2 };
/** As small as a week can be, for there are many of them. */
const inputs = () => new Map(generateSample({ boxes: 20, weeks: 1, recipes: 4, factories: 1, seed: 7 }));

/** Menu weeks in a row, as many as asked for: a year has 52 or 53. */
function weeksOf(count: number): MenuWeek[] {
  return Array.from(
    { length: count },
    (_, n) => `${2026 + Math.floor((n + 48) / 52)}-W${String(((n + 48) % 52) + 1).padStart(2, '0')}` as MenuWeek,
  );
}

class Throttled extends Error {
  override readonly name = 'TooManyRequestsException';
}

type Call = () => LambdaAnswer | Promise<LambdaAnswer> | undefined;
type Calls = Readonly<Partial<Record<'configurator' | 'failure-recorder', Call>>>;

interface MapDefinition {
  readonly ItemProcessor: { readonly States: Record<string, { OutputPath?: null }> };
}

interface Disturbance {
  /** Instead of the function, as long as it gives something. */
  readonly calls?: Calls;
  /** What an operator does with each token of a week; the worker handles its message all the same. */
  readonly byHand?: Readonly<Record<string, (machine: StateMachine, token: string) => Promise<void>>>;
  /** What the failing week's worker says. */
  readonly cause?: string;
  readonly weeks?: number;
  readonly fails?: readonly string[];
  readonly allFail?: boolean;
  /** In the place of the synthesized one. */
  readonly definition?: unknown;
}

/** One run of so many weeks. */
class Run {
  readonly publication = new Publication();
  readonly clock = new VirtualClock(START);
  readonly machine: StateMachine;
  /** Stages that were worked on, each as `week stage`. */
  readonly computed: string[] = [];
  private readonly weeks: readonly MenuWeek[];
  private forecast: WeekForecast | undefined;
  private messages = 0;

  constructor(private readonly disturbance: Disturbance) {
    this.weeks = weeksOf(disturbance.weeks ?? 40);
    this.machine = new StateMachine(
      disturbance.definition ?? template.stateMachine.definition,
      { invokeLambda: (arn, payload) => this.invoke(arn, payload), sendMessage: (_url, body) => this.send(body) },
      { clock: this.clock, random: () => 0.5, randomToken: () => `token-${++this.messages}` },
    );
  }

  /** Runs it to its end. */
  async toTheEnd(): Promise<void> {
    await this.start();
    await this.clock.runUntilIdle(1_000_000);
  }

  async start(input: unknown = { weeks: this.weeks.length, maxConcurrency: 25 }): Promise<void> {
    const week = await weekOf(inputs(), '2026-W49');
    const forecast = forecastSites(week, simulateOrders(week, settings), settings);
    this.forecast = { forecast, inputSha256: {}, warnings: [] };
    await this.machine.start(RUN, input);
  }

  /** As its schedule runs the sweeper. */
  async sweep(): Promise<void> {
    await sweep({ ...this.deps, executions: this.machine });
  }

  get store() {
    return this.publication.world.store;
  }

  types(): string[] {
    return this.machine.history(RUN).map(({ type }) => type);
  }

  private get deps() {
    const { world } = this.publication;
    return { ...world.deps, ...this.publication.deps, clock: this.clock, callbacks: this.machine, codeVersion: 'test' };
  }

  private async invoke(arn: string, payload: unknown): Promise<LambdaAnswer> {
    const folder = template.functions.find((one) => one.arn === arn)?.folder ?? arn;
    const disturbed = await this.disturbance.calls?.[folder as keyof Calls]?.();
    if (disturbed) return disturbed;
    try {
      return { ok: true, payload: await this.handle(folder, JSON.parse(JSON.stringify(payload))) };
    } catch (thrown) {
      const { name, message } = thrown as Error;
      return { ok: false, error: name, message };
    }
  }

  private async handle(folder: string, event: unknown): Promise<unknown> {
    if (folder === 'publisher') return publish(this.deps, event);
    if (folder === 'failure-recorder') return recordFailure(this.deps, event);
    const rows = this.weeks.map((week) => `${week},100\n`).join('');
    const files = inputs().set('weeks.csv', `menu_week,boxes\n${rows}`);
    const openInputs = () => inputFiles(files);
    // More weeks than are accepted for an inline Map, which is what runs them here.
    const limits = { mapMode: 'distributed', maxConcurrency: 40, publisherMemoryMb: 3_538 } as const;
    return configure({ ...this.deps, openInputs, defaultInput: 'inputs', limits }, event);
  }

  private send(body: string): Promise<{ messageId: string }> {
    const messageId = `message-${++this.messages}`;
    const { stage, week, taskToken = '' } = parseStageMessage(body);
    const delivery = { messageId, body, receipt: messageId, receiveCount: 1, sentAt: this.clock.now() };
    const byHand = this.disturbance.byHand?.[week];
    this.clock.schedule(10, () => {
      void byHand?.(this.machine, taskToken).catch(() => undefined);
      void handleDelivery(this.deps, stage, (context) => this.work(stage, context), delivery).catch(() => undefined);
    });
    return Promise.resolve({ messageId });
  }

  private async work(stage: Stage, { message: { week }, artifactKey, upstream }: StageContext) {
    this.computed.push(`${week} ${stage}`);
    if (this.disturbance.fails?.includes(week) || this.disturbance.allFail)
      throw new InputRefused(this.disturbance.cause ?? 'menu.csv:3 is wrong');
    if (stage !== 'extract') await upstream(stage === 'simulate' ? 'extract' : 'simulate');
    if (!this.forecast) throw new Error('There is no forecast.');
    const value = { ...this.forecast, forecast: { ...this.forecast.forecast, menuWeek: week } };
    return { artifact: await putArtifact(this.publication.world.artifacts, artifactKey, value), summary: {} };
  }
}

const throttledAsError = () =>
  ({ ok: false, error: 'Lambda.TooManyRequestsException', message: 'Rate Exceeded.' }) as const;
const refusedCall = () => Promise.reject(new Throttled('Rate Exceeded.'));

/** A function that nobody answers for so long. */
function silent(): Promise<LambdaAnswer> {
  return new Promise(() => undefined);
}

function times<T>(count: number, give: () => T): () => T | undefined {
  let left = count;
  return () => (left-- > 0 ? give() : undefined);
}

async function expectPublishedWithout(run: Run, failed: readonly string[]): Promise<RunRecord | undefined> {
  const record = await run.store.run(RUN);
  expect(record).toMatchObject({ status: 'PARTIAL', revision: 1 });
  expect(await run.machine.status(RUN)).toBe('SUCCEEDED');
  expect(run.types().filter((type) => type.endsWith('Aborted') || type === 'MapStateFailed')).toEqual([]);
  const summary = run.publication.summary(`${RUN}/r1`);
  expect(summary.weeks.filter(({ status }) => status === 'FAILED').map(({ menu_week }) => menu_week)).toEqual(failed);
  expect(summary.weeks).toHaveLength(40);
  expect(run.publication.mails).toHaveLength(1);
  return record;
}

describe('a run of 40 weeks of which one fails', () => {
  it.each<[string, Calls]>([
    ['the recorder is throttled for ever, as an error of the function', { 'failure-recorder': throttledAsError }],
    ['every call of the recorder is refused', { 'failure-recorder': refusedCall }],
    ['the recorder never answers', { 'failure-recorder': silent }],
    ['the Configurator is throttled for a while', { configurator: times(8, refusedCall) }],
  ])('is published with the others when %s', async (_, calls) => {
    const run = new Run({ calls, fails: [FAILING] });
    await run.toTheEnd();
    await expectPublishedWithout(run, [FAILING]);
    // The worker had recorded the reason; what the helper could not say is lost nowhere else.
    expect(await run.store.week(RUN, FAILING)).toMatchObject({ failure: { error: 'InputRefused' } });
  });

  it('is published whatever an operator answers tokens with: it fails that week alone, or none', async () => {
    const byHand = {
      '2026-W50': (machine: StateMachine, token: string) => machine.succeed(token, {}),
      '2026-W51': (machine: StateMachine, token: string) => machine.succeed(token, 'x'),
      '2026-W52': (machine: StateMachine, token: string) => machine.succeed(token, 5),
      '2027-W01': (machine: StateMachine, token: string) => machine.succeed(token, null),
      '2027-W02': (machine: StateMachine, token: string) => machine.fail(token, undefined, undefined),
      '2027-W03': (machine: StateMachine, token: string) => machine.fail(token, 'ByHand', 'never mind'),
    };
    const run = new Run({ byHand });
    await run.toTheEnd();
    expect(await run.machine.status(RUN)).toBe('SUCCEEDED');
    expect(run.types().filter((type) => type.endsWith('Aborted') || type === 'MapStateFailed')).toEqual([]);
    const { weeks } = run.publication.summary(`${RUN}/r1`);
    const others = weeks.filter(({ menu_week }) => !(menu_week in byHand));
    expect(others.map(({ status }) => status)).toEqual(Array.from({ length: 34 }, () => 'COMPLETE'));
    for (const week of Object.keys(byHand)) {
      expect(['COMPLETE', 'FAILED']).toContain((await run.store.week(RUN, week as MenuWeek))?.status);
    }
    expect(run.publication.mails).toHaveLength(1);
  });
});

describe('an execution that was stopped half-way and is redriven', () => {
  it.each([
    ['before the sweeper has seen it', false],
    ['after the sweeper has marked the run', true],
  ])('%s ends as if nothing had happened', async (_, swept) => {
    const run = new Run({});
    await run.start();
    await run.clock.advance(25);
    await run.machine.stop(RUN, 'by hand');
    const begun = run.computed.length;
    expect(begun).toBeGreaterThan(25);
    expect(begun).toBeLessThan(120);
    await run.clock.advance(600_000);
    if (swept) await run.sweep();
    expect(await run.store.run(RUN)).toMatchObject({ status: swept ? 'FAILED' : 'RUNNING' });
    await run.clock.advance(3_600_000);
    await run.machine.redrive(RUN);
    await run.clock.runUntilIdle(1_000_000);
    expect(await run.machine.status(RUN)).toBe('SUCCEEDED');
    expect(await run.store.run(RUN)).toMatchObject({ status: 'PUBLISHED', revision: 1 });
    const view = await run.store.view(RUN);
    expect(view?.stages.map(({ attempt, status }) => `${status} ${attempt}`)).toEqual(
      Array.from({ length: 120 }, () => 'COMPLETE 1'),
    );
    expect(view?.revisions.map(({ correction }) => correction)).toEqual([undefined]);
    expect([...run.computed].sort()).toEqual([...new Set(run.computed)].sort());
    expect(run.publication.mails).toHaveLength(1);
    expect(run.publication.world.started).toEqual([]);
  });
});

describe('a run whose Configurator fails for good', () => {
  it('leaves a record that says so, and no mail', async () => {
    const run = new Run({ calls: { configurator: refusedCall } });
    await run.toTheEnd();
    expect(await run.machine.status(RUN)).toBe('FAILED');
    expect(await run.store.run(RUN)).toMatchObject({
      status: 'FAILED',
      weeks: [],
      failure: { error: 'Lambda.TooManyRequestsException', message: 'Rate Exceeded.' },
    });
    expect(run.publication.mails).toEqual([]);
  });
});

describe('as many weeks as an inline run takes', () => {
  it('are published where all of them fail and the recorder turns every call away', async () => {
    const run = new Run({ weeks: MAX_INLINE_WEEKS, allFail: true, calls: { 'failure-recorder': refusedCall } });
    await run.toTheEnd();
    expect(run.machine.history(RUN).length).toBeLessThan(25_000);
    expect(await run.store.run(RUN)).toMatchObject({ status: 'FAILED', revision: 1 });
    expect(run.publication.mails).toHaveLength(1);
  });
});

describe('an execution that was started with anything but settings', () => {
  it.each(['x', 5, [], { weeks: 0 }])('%j leaves a run that says so', async (input) => {
    const run = new Run({});
    await run.start(input);
    await run.clock.runUntilIdle();
    expect(await run.machine.status(RUN)).toBe('FAILED');
    expect(await run.store.run(RUN)).toMatchObject({ status: 'FAILED', failure: { error: 'InputRefused' } });
  });
});

describe('a thousand weeks that all fail with long causes', () => {
  it('keep the Map’s result small, and the run says why of each', async () => {
    const run = new Run({ weeks: 1_000, allFail: true, cause: 'x'.repeat(4_000) });
    await run.toTheEnd();
    const succeeded = run.machine.history(RUN).find(({ type }) => type === 'MapStateSucceeded');
    expect(succeeded?.details.outputBytes).toBeLessThan(50_000);
    expect(await run.store.run(RUN)).toMatchObject({ status: 'FAILED', revision: 1 });
    expect(run.publication.summary(`${RUN}/r1`).weeks).toHaveLength(1_000);
    expect(run.publication.mails).toHaveLength(1);
  });

  it('are published even where the Map’s result is too large', async () => {
    const definition = structuredClone(template.stateMachine.definition) as { States: Record<string, MapDefinition> };
    delete definition.States['Weeks'].ItemProcessor.States['RecordWeekFailure'].OutputPath;
    const run = new Run({ weeks: 100, allFail: true, cause: 'x'.repeat(4_000), definition });
    await run.toTheEnd();
    expect(run.types()).toContain('MapStateFailed');
    expect(await run.store.run(RUN)).toMatchObject({ status: 'FAILED', revision: 1 });
    expect(run.publication.mails).toHaveLength(1);
  });
});
