import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readTemplate } from '../../tools/local/cloudformation/template.ts';
import { ofType, references, resourcesOf, type Resources } from './template.ts';

const resources = resourcesOf();
const production = resourcesOf('prod');
const local = readTemplate({ Resources: resources });

describe('the queues', () => {
  it('give every message six function timeouts, and every source queue a dead-letter queue that is consumed', () => {
    const consumed = new Map(local.eventSources.map((source) => [source.queueArn, source]));
    // People look at what is undelivered; everything else has a worker.
    const queues = local.queues.filter(({ logicalId }) => !logicalId.startsWith('Undelivered'));
    expect(queues).toHaveLength(6);
    for (const queue of queues) {
      const source = consumed.get(queue.arn);
      const worker = local.functions.find(({ logicalId }) => logicalId === source?.functionId);
      expect(queue.visibilitySeconds).toBeGreaterThanOrEqual(6 * (worker?.timeoutSeconds ?? Infinity));
      expect(source).toMatchObject({ batchSize: 1, reportBatchItemFailures: true });
      expect(source?.maxConcurrency).toBeGreaterThanOrEqual(2);
    }
    const redrives = queues.flatMap(({ redrive }) => (redrive ? [redrive.deadLetterArn] : []));
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
    const functions = ofType(stack, 'AWS::Lambda::Function').filter(
      ([, { Metadata }]) => Metadata?.['larder:function'],
    );
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
        'UndeliveredF3CF66A9',
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

  it('is emptied where it goes with the stack, and only there', () => {
    const emptied = (stack: Resources) => ofType(stack, 'Custom::S3AutoDeleteObjects').map(([, made]) => made);
    expect(emptied(resources)).toMatchObject([{ Properties: { BucketName: { Ref: 'StorageBucket5CB7C8EA' } } }]);
    expect(emptied(production)).toEqual([]);
    // By this its function knows that it may.
    const [[, { Properties }]] = ofType(resources, 'AWS::S3::Bucket');
    expect(Properties['Tags']).toContainEqual({ Key: 'aws-cdk:auto-delete-objects', Value: 'true' });
  });

  it('keeps nothing of a run for ever but what was published and what came in', () => {
    const [[, { Properties }]] = ofType(production, 'AWS::S3::Bucket');
    const { Rules } = Properties['LifecycleConfiguration'] as { Rules: Record<string, unknown>[] };
    const days = Rules.flatMap(({ Prefix, ExpirationInDays }) => (Prefix ? [[Prefix, ExpirationInDays]] : []));
    expect(days).toEqual([
      ['artifacts/', 180],
      ['dead-letters/', 180],
      ['map-runs/', 30],
    ]);
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

  it('runs twice a day in production, and not by itself in development', () => {
    const states = (stack: Resources) =>
      ofType(stack, 'AWS::Scheduler::Schedule')
        .filter(([id]) => id.startsWith('DailyAt'))
        .map(([, { Properties }]) => Properties['State']);
    expect(states(production)).toEqual(['ENABLED', 'ENABLED']);
    expect(states(resources)).toEqual(['DISABLED', 'DISABLED']);
  });

  it('tells each start by its scheduled time, and drops one that is an hour late, for people to see', () => {
    const daily = ofType(production, 'AWS::Scheduler::Schedule').filter(([id]) => id.startsWith('DailyAt'));
    expect(daily).toHaveLength(2);
    for (const [, { Properties }] of daily) {
      const target = Properties['Target'] as Record<string, unknown>;
      expect(JSON.parse(String(target['Input']))).toMatchObject({ scheduledTime: '<aws.scheduler.scheduled-time>' });
      expect(target).toMatchObject({
        RetryPolicy: { MaximumEventAgeInSeconds: 3600 },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['UndeliveredF3CF66A9', 'Arn'] } },
      });
    }
  });

  it('sends no sweep that the next one has overtaken', () => {
    const [[, { Properties }]] = ofType(production, 'AWS::Scheduler::Schedule').filter(([id]) =>
      id.startsWith('SweeperSchedule'),
    );
    expect(Properties).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      Target: { RetryPolicy: { MaximumEventAgeInSeconds: 300 } },
    });
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

describe('mail', () => {
  const [[set]] = ofType(resources, 'AWS::SES::ConfigurationSet');
  const byFolder = (folder: string) =>
    ofType(resources, 'AWS::Lambda::Function').find(([, { Metadata }]) => Metadata?.['larder:function'] === folder);

  it('is sent with the configuration set that reports bounces, complaints and rejections', () => {
    const [, publisher] = byFolder('publisher') ?? [];
    expect(publisher?.Properties).toMatchObject({
      Environment: { Variables: { MAIL_CONFIGURATION_SET: { Ref: set } } },
    });
    const [[, destination]] = ofType(resources, 'AWS::SES::ConfigurationSetEventDestination');
    expect(destination.Properties).toMatchObject({
      ConfigurationSetName: { Ref: set },
      EventDestination: { Enabled: true, MatchingEventTypes: ['bounce', 'complaint', 'reject'] },
    });
    expect(JSON.stringify(destination.Properties)).toContain(':event-bus/default');
  });

  it('that came back is told to the failure recorder, or kept where it cannot be', () => {
    const rules = ofType(resources, 'AWS::Events::Rule');
    expect(rules).toHaveLength(1);
    const [recorder] = byFolder('failure-recorder') ?? [];
    const undelivered = { 'Fn::GetAtt': ['UndeliveredF3CF66A9', 'Arn'] };
    expect(rules[0][1].Properties).toMatchObject({
      EventPattern: {
        source: ['aws.ses'],
        'detail-type': ['Email Bounced', 'Email Complaint Received', 'Email Rejected'],
        detail: { mail: { tags: { 'ses:configuration-set': [{ Ref: set }] } } },
      },
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [recorder, 'Arn'] },
          InputTransformer: { InputPathsMap: { detail: '$.detail' }, InputTemplate: '{"mail":<detail>}' },
          DeadLetterConfig: { Arn: undelivered },
        },
      ],
    });
    const [[, invoke]] = ofType(resources, 'AWS::Lambda::EventInvokeConfig');
    expect(invoke.Properties).toMatchObject({
      FunctionName: { Ref: recorder },
      DestinationConfig: { OnFailure: { Destination: undelivered } },
    });
  });
});
