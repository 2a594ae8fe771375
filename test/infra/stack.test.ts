import validate from 'asl-validator';
import { configOf, parseConfig, stillExamples } from '../../infra/config.ts';
import { checkTiming, stageTiming } from '../../infra/stage/stage-timing.ts';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTemplate } from '../../tools/local/cloudformation/template.ts';
import { ofType, references, resourcesOf, type Resources } from './template.ts';

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly HeartbeatSeconds?: number;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[] }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, State>> };
}

const resources = resourcesOf();
const production = resourcesOf('prod');
const local = readTemplate({ Resources: resources });
const STAGE_TIMING = stageTiming();
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

describe('a Distributed Map', () => {
  const distributed = readTemplate({ Resources: resourcesOf('dev', { 'larder:mapMode': 'distributed' }) });
  const { Weeks } = (distributed.stateMachine.definition as { States: Record<string, object> }).States;

  it('is valid, runs standard children, and fails for no failed week', () => {
    expect(validate(distributed.stateMachine.definition as never).errorsText()).toBe('');
    expect(Weeks).toMatchObject({
      Type: 'Map',
      ToleratedFailurePercentage: 100,
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
      ResultWriter: { Resource: expect.stringContaining('s3:putObject') as string },
    });
  });

  it('does the same with a week as the inline Map', () => {
    expect((Weeks as State).ItemProcessor?.States).toEqual(iteration);
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
      'sweeper',
    ]);
    for (const folder of folders) expect(existsSync(join('functions', folder, 'index.ts'))).toBe(true);
  });

  it.each([
    ['dev', resources],
    ['prod', production],
  ])('run on Graviton and the newest Node, traced, with logs that end, in %s', (_, stack) => {
    const functions = ofType(stack, 'AWS::Lambda::Function');
    expect(functions).toHaveLength(8);
    for (const [, { Properties }] of functions) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogFormat: 'JSON' },
      });
    }
    const logs = ofType(stack, 'AWS::Logs::LogGroup');
    expect(logs).toHaveLength(9);
    for (const [, { Properties }] of logs) expect(Properties['RetentionInDays']).toBeGreaterThan(0);
  });

  it('have reserved what their event sources may use together', () => {
    const sources = readTemplate({ Resources: production }).eventSources;
    const concurrency = new Map<string, number>();
    for (const { functionId, maxConcurrency } of sources)
      concurrency.set(functionId, (concurrency.get(functionId) ?? 0) + maxConcurrency);
    expect(concurrency.size).toBe(4);
    for (const [id, wanted] of concurrency)
      expect(production[id].Properties['ReservedConcurrentExecutions']).toBe(wanted);
  });
});

describe('what outlives the stack', () => {
  // A new logical id would be a new, empty table or bucket.
  const STATEFUL = {
    'AWS::DynamoDB::GlobalTable': ['StorageStatusTable457CC155'],
    'AWS::S3::Bucket': ['StorageBucket5CB7C8EA'],
    'AWS::SQS::Queue': [
      ...['ExtractDeadLetters07E223DC', 'ExtractQueue603E39E6'],
      ...[
        'ForecastDeadLetters68CFAAFD',
        'ForecastQueue31C248B0',
        'SimulateDeadLetters3BA1662E',
        'SimulateQueue02820AD9',
      ],
    ],
  };

  it.each(Object.entries(STATEFUL))('%s keeps its logical id', (type, ids) => {
    expect(
      ofType(resources, type)
        .map(([id]) => id)
        .sort(),
    ).toEqual(ids);
    expect(
      ofType(production, type)
        .map(([id]) => id)
        .sort(),
    ).toEqual(ids);
  });

  it('stays in production, and goes with the stack in development', () => {
    const policies = (stack: Resources) =>
      ['AWS::DynamoDB::GlobalTable', 'AWS::S3::Bucket'].flatMap((type) =>
        ofType(stack, type).map(([, { DeletionPolicy }]) => DeletionPolicy),
      );
    expect(policies(production)).toEqual(['Retain', 'Retain']);
    expect(policies(resources)).toEqual(['Delete', 'Delete']);
  });
});

describe('the stack', () => {
  it.each([
    ['inline', resources],
    ['distributed', resourcesOf('dev', { 'larder:mapMode': 'distributed' })],
  ])('has no dependency cycle (%s)', (_, stack) => {
    const done = new Set<string>();
    const path: string[] = [];
    const visit = (id: string): void => {
      if (!Object.hasOwn(stack, id) || done.has(id)) return;
      if (path.includes(id)) throw new Error(`a cycle: ${[...path, id].join(' → ')}`);
      path.push(id);
      const { Properties, DependsOn = [] } = stack[id];
      for (const needed of [...references(Properties), ...[DependsOn].flat()]) visit(needed);
      path.pop();
      done.add(id);
    };
    for (const id of Object.keys(stack)) visit(id);
    expect(done.size).toBe(Object.keys(stack).length);
  });

  it('tags everything that can be for the bill', () => {
    for (const type of [
      'AWS::Lambda::Function',
      'AWS::S3::Bucket',
      'AWS::SQS::Queue',
      'AWS::StepFunctions::StateMachine',
    ])
      for (const [, { Properties }] of ofType(production, type))
        expect(Properties['Tags']).toEqual(
          expect.arrayContaining([
            { Key: 'application', Value: 'larder' },
            { Key: 'environment', Value: 'prod' },
          ]),
        );
  });
});

describe('the alarms', () => {
  const sections = [...readFileSync('docs/runbook.md', 'utf8').matchAll(/<a id="([a-z-]+)"><\/a>/g)].map(
    ([, id]) => id,
  );
  const alarms = ofType(resources, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);

  it('each lead to a section of the runbook, and every section has its alarm', () => {
    const linked = alarms.map(
      ({ AlarmDescription }) => /docs\/runbook\.md#([a-z-]+)$/.exec(String(AlarmDescription))?.[1],
    );
    expect([...new Set(linked)].sort()).toEqual([...sections].sort());
  });

  it('tell the operators', () => {
    const topics = ofType(resources, 'AWS::SNS::Topic').map(([id]) => ({ Ref: id }));
    expect(topics).toHaveLength(1);
    for (const { AlarmActions } of alarms) expect(AlarmActions).toEqual(topics);
    const subscriptions = ofType(resources, 'AWS::SNS::Subscription').map(
      ([, { Properties }]) => Properties['Endpoint'],
    );
    expect(subscriptions).toEqual(configOf('dev').operators);
  });

  it('ring when nobody looks whether a forecast is overdue', () => {
    const [overdue] = alarms.filter(({ AlarmDescription }) =>
      String(AlarmDescription).includes('#forecast-overdue'),
    );
    expect(overdue['TreatMissingData']).toBe('breaching');
  });
});

describe('the configuration', () => {
  it('runs twice a day in production, and not by itself in development', () => {
    const states = (stack: Resources) =>
      ofType(stack, 'AWS::Scheduler::Schedule')
        .filter(([id]) => id.startsWith('DailyAt'))
        .map(([, { Properties }]) => Properties['State']);
    expect(states(production)).toEqual(['ENABLED', 'ENABLED']);
    expect(states(resources)).toEqual(['DISABLED', 'DISABLED']);
  });

  it.each([
    [{ mailTo: ['nobody'] }, /mailTo\.0: expected an e-mail address/],
    [{ stageConcurrency: 1 }, /stageConcurrency: an SQS event source takes a concurrency of 2 to 1,000/],
    [{ mailFrom: undefined }, /mailFrom/],
    [{ operators: [] }, /operators: expected at least one address/],
    [{ mapMode: 'both' }, /mapMode: expected inline or distributed/],
    [{ monthlyBudgetUsd: 0 }, /monthlyBudgetUsd: expected more than 0 dollars/],
    [{ timing: { heartbeatSeconds: 9000 } }, /heartbeat \(9000 s\) must be shorter than the task's timeout/],
    [{ timing: { timeoutSeconds: 2000 } }, /timeout \(2000 s\) must outlast every delivery/],
    [{ timing: { functionTimeoutSeconds: 901 } }, /900 s at most/],
    [{ colour: 'green' }, /colour/],
  ])('%j is refused with a sentence', (change, message) => {
    expect(() => parseConfig({ ...configOf('dev'), ...change })).toThrow(message);
  });

  it('takes changes from the CDK context, as JSON or as text', () => {
    const changed = configOf('prod', {
      'larder:mailFrom': 'forecast@acme.example',
      'larder:stageConcurrency': '12',
      'larder:mailTo': '["a@acme.example","b@acme.example"]',
      unrelated: 'x',
    });
    expect(changed).toMatchObject({ mailFrom: 'forecast@acme.example', stageConcurrency: 12 });
    expect(changed.mailTo).toEqual(['a@acme.example', 'b@acme.example']);
    expect(() => configOf('prod', { 'larder:stageConcurency': '12' })).toThrow(/stageConcurency/);
  });

  it('says what is still an example where a stage runs by itself', () => {
    expect(stillExamples(configOf('dev'))).toEqual({});
    expect(Object.keys(stillExamples(configOf('prod')))).toEqual([
      'mailFrom',
      'mailTo',
      'operators',
      'runbookUrl',
    ]);
    const own = {
      'larder:mailFrom': 'forecast@acme.example',
      'larder:mailTo': '["planning@acme.example"]',
      'larder:operators': '["oncall@acme.example"]',
      'larder:runbookUrl': 'https://wiki.acme.example/larder',
    };
    expect(stillExamples(configOf('prod', own))).toEqual({});
  });

  it('refuses an unknown stage and clocks that cannot work', () => {
    expect(() => configOf('qa')).toThrow(/expected one of dev, prod/);
    expect(() => checkTiming({ ...STAGE_TIMING, heartbeatSeconds: STAGE_TIMING.timeoutSeconds })).toThrow(
      /must be shorter/,
    );
    expect(() => checkTiming({ ...STAGE_TIMING, visibilitySeconds: 600 })).toThrow(/at least 6 times/);
  });
});
