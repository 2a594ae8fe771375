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

  it('runs twice a day in production, and not by itself in development', () => {
    const states = (stack: Resources) =>
      ofType(stack, 'AWS::Scheduler::Schedule')
        .filter(([id]) => id.startsWith('DailyAt'))
        .map(([, { Properties }]) => Properties['State']);
    expect(states(production)).toEqual(['ENABLED', 'ENABLED']);
    expect(states(resources)).toEqual(['DISABLED', 'DISABLED']);
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
