import validate from 'asl-validator';
import { parseConfig, configOf } from '../../infra/config';
import { checkTiming, STAGE_TIMING } from '../../infra/stage-timing';
import { synthesizeTemplate } from '../../infra/synthesize';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readTemplate } from '../../tools/local/template';

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}
interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly HeartbeatSeconds?: number;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[] }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, State>> };
}

const template = synthesizeTemplate() as { Resources: Record<string, Resource> };
const local = readTemplate(template);
const definition = local.stateMachine.definition as { States: Record<string, State> };
const iteration = definition.States['Weeks'].ItemProcessor?.States ?? {};
const callbacks = Object.values(iteration).filter((state) => state.Resource?.endsWith('.waitForTaskToken'));

describe('the state machine', () => {
  it('is valid Amazon States Language', () => {
    expect(validate(definition as never).errorsText()).toBe('');
  });

  it('has three callback tasks in a row, whose clocks outlast what they wait for', () => {
    expect(Object.keys(iteration)).toEqual([
      'ExtractData',
      'SimulateOrders',
      'ForecastSites',
      'RecordWeekFailure',
    ]);
    expect(callbacks).toHaveLength(3);
    const {
      queueWaitSeconds: wait,
      visibilitySeconds: v,
      maxReceiveCount: r,
      deadLetterLatencySeconds,
    } = STAGE_TIMING;
    for (const { TimeoutSeconds = 0, HeartbeatSeconds = 0 } of callbacks) {
      expect(HeartbeatSeconds).toBeGreaterThan(wait + v);
      expect(TimeoutSeconds).toBeGreaterThan(HeartbeatSeconds);
      expect(TimeoutSeconds).toBeGreaterThan(wait + r * v + deadLetterLatencySeconds);
    }
  });

  it('catches a week inside its iteration, and never tries its work again by itself', () => {
    for (const state of callbacks) {
      expect(state.Catch).toEqual([
        { ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'RecordWeekFailure' },
      ]);
      const retried = (state.Retry ?? []).flatMap(({ ErrorEquals }) => ErrorEquals);
      expect(retried).not.toContain('States.ALL');
      expect(retried).not.toContain('States.TaskFailed');
      expect(retried).toContain('States.HeartbeatTimeout');
    }
  });
});

describe('the queues', () => {
  it('give every message six function timeouts, and every source queue a dead-letter queue that is consumed', () => {
    const consumed = new Map(local.eventSources.map((source) => [source.queueArn, source]));
    expect(local.queues).toHaveLength(6);
    for (const queue of local.queues) {
      const source = consumed.get(queue.arn);
      const worker = local.functions.find(({ logicalId }) => logicalId === source?.functionId);
      expect(queue.visibilitySeconds).toBeGreaterThanOrEqual(6 * (worker?.timeoutSeconds ?? Infinity));
      expect(source).toMatchObject({ batchSize: 1, reportBatchItemFailures: true });
      expect(source?.maxConcurrency).toBeGreaterThanOrEqual(2);
    }
    const redrives = local.queues.flatMap(({ redrive }) => (redrive ? [redrive.deadLetterArn] : []));
    expect(redrives).toHaveLength(3);
    for (const arn of redrives) expect(consumed.has(arn)).toBe(true);
  });
});

describe('the functions', () => {
  it('each have their folder', () => {
    const folders = local.functions.map(({ folder }) => folder).sort();
    expect(folders).toEqual([
      'configurator',
      'data-extractor',
      'dead-letter',
      'failure-recorder',
      'order-simulator',
      'publisher',
      'site-forecast',
    ]);
    for (const folder of folders) expect(existsSync(join('functions', folder, 'index.ts'))).toBe(true);
  });

  it('are allowed no action by wildcard alone', () => {
    const policies = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::IAM::Policy');
    expect(JSON.stringify(policies)).not.toContain('"Action":"*"');
    expect(policies.length).toBeGreaterThan(6);
  });
});

describe('the configuration', () => {
  it('runs twice a day in production, and not by itself in development', () => {
    const schedules = (stage: string) =>
      Object.values((synthesizeTemplate(stage) as typeof template).Resources).filter(
        ({ Type }) => Type === 'AWS::Scheduler::Schedule',
      );
    expect(schedules('prod')).toHaveLength(2);
    expect(schedules('dev')).toHaveLength(0);
  });

  it.each([
    [{ mailTo: ['nobody'] }, /mailTo\.0: expected an e-mail address/],
    [{ stageConcurrency: 1 }, /stageConcurrency: an SQS event source takes a concurrency of 2 to 1,000/],
    [{ mailFrom: undefined }, /mailFrom/],
  ])('%j is refused with a sentence', (change, message) => {
    expect(() => parseConfig({ ...configOf('dev'), ...change })).toThrow(message);
  });

  it('refuses an unknown stage and clocks that cannot work', () => {
    expect(() => configOf('qa')).toThrow(/expected one of dev, prod/);
    expect(() => checkTiming({ ...STAGE_TIMING, heartbeatSeconds: STAGE_TIMING.timeoutSeconds })).toThrow(
      /must be shorter/,
    );
    expect(() => checkTiming({ ...STAGE_TIMING, visibilitySeconds: 600 })).toThrow(/at least 6 times/);
  });
});
